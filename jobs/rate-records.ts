import { parseUsageRecord, recordIdentity } from '../billing/parse-usage-record.ts'
import type { RatedUsage } from '../billing/rated-usage.ts'
import { type RateCards, rateUsage } from '../billing/rating.ts'
import type { UsageRecord } from '../billing/usage-record.ts'
import type { RateBook } from './rate-book.ts'

/** A usage record that is not charged, and why. */
export interface RefusedUsage {
  /** Its place among the records that came in together, from 0. */
  readonly index: number
  readonly account: string | null
  readonly id: string | null
  readonly code: string
  readonly message: string
  readonly raw: unknown
}

/** Records that came in together: those with a price, and those without. */
export interface UsageBatch {
  readonly rated: readonly IndexedUsage[]
  readonly refused: readonly RefusedUsage[]
  /** Further records that turned out to be stored already with the same content. */
  readonly duplicates: number
}

export interface IndexedUsage extends RatedUsage {
  readonly index: number
  readonly raw: unknown
}

/** A clock that is this far ahead of ours is a fault of the record, not of the network. */
const AHEAD_MAX_MS = 3_600_000

/**
 * Checks and rates records as they came in. Each gets a price or a refusal with the rule it broke; none stops the
 * others.
 */
export async function rateRecords(
  raws: readonly unknown[],
  rateBook: RateBook,
  now: Date,
): Promise<UsageBatch> {
  const rated: IndexedUsage[] = []
  const refused: RefusedUsage[] = []
  const parsed = raws.map((raw) => parseUsageRecord(raw))
  const cardsOf = await rateBook.cardsFor(accountsOf(parsed))
  for (const [index, raw] of raws.entries()) {
    const result = parsed[index] && rateParsed(parsed[index], cardsOf, now)
    if (!result) continue
    if ('charge' in result) rated.push({ ...result, index, raw })
    else refused.push({ ...recordIdentity(raw), ...result, index, raw })
  }
  return { rated, refused, duplicates: 0 }
}

type Parsed = ReturnType<typeof parseUsageRecord>

function accountsOf(parsed: readonly Parsed[]): Set<string> {
  return new Set(parsed.flatMap((one) => ('record' in one ? [one.record.account] : [])))
}

function rateParsed(
  parsed: Parsed,
  cardsOf: (account: string) => RateCards,
  now: Date,
): RatedUsage | { code: string; message: string } {
  if ('fault' in parsed) {
    return { code: 'invalid_record', message: `${parsed.fault.field} ${parsed.fault.message}` }
  }
  const { record } = parsed
  if (isFuture(record, now)) {
    return { code: 'occurs_in_future', message: 'occurredAt is more than an hour ahead of this clock' }
  }
  const charge = rateUsage(record, cardsOf(record.account))
  return charge.kind === 'charge' ? { record, charge } : { code: charge.code, message: charge.message }
}

function isFuture(record: UsageRecord, now: Date): boolean {
  return record.occurredAtMs > now.getTime() + AHEAD_MAX_MS
}
