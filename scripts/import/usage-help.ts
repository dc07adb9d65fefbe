export const USAGE_HELP = `Usage: npm run -s import-usage -- --format FORMAT [options] FILE

Charges the usage in a file of a switch or a provider. What was charged is not charged again, so a file may be imported any
number of times. FILE may be - for standard input.

  --format ndjson      usage records, one a line, as producers send them
  --format asterisk    cdr-csv/Master.csv, with or without its optional columns
  --format freeswitch  documents of mod_json_cdr: one, one after the other, one a line, or an array of them
  --format twilio      Call and Message resources of the REST API: one a line, or an array of them
  --account ID         whose rows they are; every format but ndjson needs it, as only usage records name their accounts
  --time-zone ZONE     the IANA zone of Asterisk's times, UTC with usegmtime=yes; asterisk needs it
  --country CC         the country (ISO 3166) of the national numbers in files of Asterisk and FreeSWITCH
  --direction WAY      inbound or outbound: of the Asterisk rows that show no direction
  --dry-run            reads and checks the file, and charges nothing; needs no database
  --data DIR           the data of the one-machine default, without DATABASE_URL
  --help               this text

Ids come from the file: <uniqueid>#<sequence> of Asterisk, with a fingerprint of the row where the file has no sequence;
uuid of FreeSWITCH; sid of Twilio. A switch that also reports live must use the same ids.

Inbound or outbound: Twilio says so. With Asterisk and FreeSWITCH the outside number is the far end. When both numbers are
outside ones, Asterisk's channel of an extension (2 to 5 digits) or the name of its context tells, and FreeSWITCH's direction
of the leg. Calls between extensions are skipped.

Local times: in the hour that clocks repeat, the uniqueid decides which is meant. A time that clocks skipped is refused.

Calls that are not over and texts that the carrier does not have yet are skipped: a later file charges them.

Standard output has one line for each refused row, "line N: field or id: reason", and the summary; standard error has the
progress. A record that no rate matches is kept, and charged by npm run -s rerate-unrated once there is a rate.

Exit codes: 0 done; 1 some rows were refused, or the import could not finish and may be run again; 2 wrong call.
`
