import { createHash } from 'node:crypto'
import { FieldFault } from '../usage-fields.ts'
import { type CallKind, type CdrResult, quote, readRow, readWholeNumber } from './cdr-row.ts'
import { localTimeToMs } from './local-time.ts'
import { type CountryCode, readNumber } from './phone-number.ts'
import { switchCallRecord } from './switch-call.ts'

export interface AsteriskSource {
  readonly account: string
  /** IANA name of the zone that the switch writes its times in; UTC where `usegmtime=yes`. */
  readonly timeZone: string
  readonly country: CountryCode | undefined
  /** For rows that do not show it. */
  readonly direction: CallKind | undefined
}

/** Columns of cdr-csv, in the order of `cdr/cdr_csv.c`; clid, the applications and the answer and end times are not used. */
interface Columns {
  readonly src: string
  readonly dst: string
  readonly dcontext: string
  readonly channel: string
  readonly dstchannel: string
  readonly start: string
  readonly billsec: string
  readonly disposition: string
  readonly uniqueid: string
  readonly linkedid: string
  readonly sequence: string
}

/**
 * One row of Asterisk's `cdr-csv/Master.csv`, of 16 to 21 columns: `loguniqueid` and `loguserfield` add one each, and
 * `newcdrcolumns` adds peeraccount, linkedid and sequence.
 *
 * The time charged is `billsec`, the switch's own measure: the printed answer and end times are cut to seconds, so their
 * difference may be a second off. Only ANSWERED rows have any: a caller that an announcement answered and that nobody
 * picked up has billsec above zero and NO ANSWER.
 *
 * The id is `<uniqueid>#<sequence>`. Several rows share a uniqueid, so where the file has no sequence the row's
 * fingerprint takes its place: the same row has the same id in every file.
 */
export function parseAsteriskRow(row: readonly string[], source: AsteriskSource): CdrResult {
  return readRow(() => {
    const columns = readColumns(row)
    return switchCallRecord({
      id: `${columns.uniqueid || columns.linkedid || 'cdr'}#${columns.sequence || fingerprintOf(row)}`,
      account: source.account,
      from: readNumber(columns.src, source.country),
      to: readNumber(columns.dst, source.country),
      toField: 'dst',
      directionShown: directionShown(columns),
      directionElse: source.direction,
      occurredAtMs: readStart(columns, source.timeZone),
      durationMs: readDurationMs(columns),
      callId: columns.linkedid || undefined,
    })
  })
}

function readColumns(row: readonly string[]): Columns {
  if (row.length < 16 || row.length > 21) {
    throw new FieldFault('row', `has ${row.length} columns; cdr-csv writes 16 to 21`)
  }
  const at = (column: number) => row[column] ?? ''
  const optional = row.slice(16)
  const added = optional.length >= 3 ? optional.slice(-3) : []
  const [first = '', second] = optional.slice(0, optional.length - added.length)
  const [, linkedid = '', sequence = ''] = added
  if (sequence !== '') readWholeNumber('sequence', sequence)
  return {
    src: at(1),
    dst: at(2),
    dcontext: at(3),
    channel: at(5),
    dstchannel: at(6),
    start: at(9),
    billsec: at(13),
    disposition: at(14),
    uniqueid: second !== undefined || looksLikeUniqueid(first) ? first : '',
    linkedid,
    sequence,
  }
}

/** `[<system name>-]<epoch seconds>.<counter>`; one optional column alone may as well be the userfield. */
function looksLikeUniqueid(text: string): boolean {
  return /^(.+-)?\d{9,11}\.\d+$/.test(text)
}

/** Of the columns that every file has, so that it stays the same when a site adds columns. */
function fingerprintOf(row: readonly string[]): string {
  return createHash('sha256').update(row.slice(0, 16).join('\0')).digest('hex').slice(0, 16)
}

function readDurationMs({ disposition, billsec }: Columns): number {
  const seconds = readWholeNumber('billsec', billsec)
  switch (disposition) {
    case 'ANSWERED':
      return seconds * 1000
    case 'NO ANSWER':
    case 'BUSY':
    case 'FAILED':
    case 'CONGESTION':
      return 0
    default:
      throw new FieldFault('disposition', `${quote(disposition)} is none that Asterisk writes`)
  }
}

/** The uniqueid tells when the channel began, and so which of two equal local times is meant. */
function readStart({ start, uniqueid }: Columns, timeZone: string): number {
  const channelSeconds = /(\d{9,11})\.\d+$/.exec(uniqueid)?.[1]
  const nearMs = channelSeconds === undefined ? undefined : Number(channelSeconds) * 1000
  const occurredAtMs = localTimeToMs({ text: start, timeZone, nearMs })
  if (typeof occurredAtMs === 'string') throw new FieldFault('start', occurredAtMs)
  return occurredAtMs
}

/** The leg of an extension shows it, or else the names that contexts usually have. */
function directionShown({ channel, dstchannel, dcontext }: Columns): CallKind | undefined {
  if (isExtension(channel)) return 'outbound'
  if (isExtension(dstchannel)) return 'inbound'
  if (/\b(outbound|outgoing|from-internal)\b/i.test(dcontext)) return 'outbound'
  if (/\b(inbound|incoming|from-(trunk|pstn|did))\b/i.test(dcontext)) return 'inbound'
  return undefined
}

/** `PJSIP/101-0000002a`, `Local/101@phones-0000002a;1`: a channel to a peer of 2 to 5 digits. */
function isExtension(channel: string): boolean {
  return /^\w+\/\d{2,5}(@[^/]*)?-[0-9a-f]{4,}(;[12])?$/i.test(channel)
}
