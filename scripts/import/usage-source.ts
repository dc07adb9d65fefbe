import type { CallKind } from '../../billing/cdr/cdr-row.ts'
import { type CountryCode, isCountry } from '../../billing/cdr/phone-number.ts'
import { ACCOUNT_ID } from '../../billing/parse-usage-record.ts'
import { WrongCall } from '../command.ts'
import { isTimeZone } from '../time-zone.ts'
import type { UsageSource } from './source-rows.ts'

/** The options of import-usage that say what its file holds. */
export interface SourceOptions {
  readonly format?: string | undefined
  readonly account?: string | undefined
  readonly 'time-zone'?: string | undefined
  readonly country?: string | undefined
  readonly direction?: string | undefined
}

/** Checks the options and puts them together. Throws WrongCall. */
export function readUsageSource(options: SourceOptions): UsageSource {
  switch (options.format) {
    case 'ndjson':
      if (options.account !== undefined) {
        throw new WrongCall('--account does not go with --format ndjson: its records name their accounts')
      }
      return { format: 'ndjson' }
    case 'asterisk':
      return {
        format: 'asterisk',
        account: readAccount(options),
        timeZone: readTimeZone(options),
        country: readCountry(options),
        direction: readDirection(options),
      }
    case 'freeswitch':
      return { format: 'freeswitch', account: readAccount(options), country: readCountry(options) }
    case 'twilio':
      return { format: 'twilio', account: readAccount(options) }
    default:
      throw new WrongCall('--format must be ndjson, asterisk, freeswitch or twilio')
  }
}

function readAccount({ account, format }: SourceOptions): string {
  if (account === undefined) throw new WrongCall(`--format ${format} needs --account ID: its rows name none`)
  if (!ACCOUNT_ID.test(account))
    throw new WrongCall('--account must be 1 to 64 characters of A-Z a-z 0-9 _ -')
  return account
}

/** No default: a wrong zone would price calls by the rates of another hour. */
function readTimeZone({ 'time-zone': zone }: SourceOptions): string {
  if (zone === undefined) {
    throw new WrongCall(
      '--format asterisk needs --time-zone ZONE: its times are local, or UTC with usegmtime=yes',
    )
  }
  if (!isTimeZone(zone))
    throw new WrongCall('--time-zone must be an IANA name such as America/New_York or UTC')
  return zone
}

function readCountry({ country }: SourceOptions): CountryCode | undefined {
  const code = country?.toUpperCase()
  if (code === undefined || isCountry(code)) return code
  throw new WrongCall('--country must be two letters of ISO 3166 such as US')
}

function readDirection({ direction }: SourceOptions): CallKind | undefined {
  if (direction === undefined || direction === 'inbound' || direction === 'outbound') return direction
  throw new WrongCall('--direction must be inbound or outbound')
}
