import { chargeSteps } from './charge-steps.ts'
import type { EmergencyNumbers } from './emergency-numbers.ts'
import { formatUsd } from './money.ts'
import { parseUsageRecord, recordIdentity } from './parse-usage-record.ts'
import { type RateCard, rateSetOf } from './rate-card.ts'
import { type Charge, type Refusal, rateUsage } from './rating.ts'
import { countSmsSegments } from './sms-segments.ts'
import type { UsageRecord } from './usage-record.ts'

export interface PriceCards {
  readonly standard: RateCard
  /** Own cards by account. */
  readonly own: ReadonlyMap<string, RateCard>
  readonly emergencyNumbers: EmergencyNumbers
}

/** What a record would cost, in the form of the `price` command (CONTRACTS: command line). */
export type Price = PricedUsage | UnpricedUsage

export interface PricedUsage {
  readonly id: string
  /** USD with six decimals. */
  readonly amount: string
  readonly currency: 'USD'
  readonly billedSeconds: number | null
  readonly segments: number | null
  readonly prefix: string | null
  readonly from: 'account' | 'standard' | null
  readonly steps: readonly string[]
}

export interface UnpricedUsage {
  readonly id: string | null
  readonly error: { readonly code: Refusal['code']; readonly message: string }
}

/** Prices a raw usage record and stores nothing. Renewals may be priced; a text may carry `text` instead of `segments`. */
export function priceUsage(raw: unknown, cards: PriceCards): Price {
  const counted = withCountedText(raw)
  const parsed = 'fault' in counted ? counted : parseUsageRecord(counted.raw, { allowRenewal: true })
  if ('fault' in parsed) {
    const message = `${parsed.fault.field} ${parsed.fault.message}`
    return { id: recordIdentity(raw).id, error: { code: 'invalid_record', message } }
  }
  const { record } = parsed
  const own = cards.own.get(record.account) ?? null
  const rated = rateUsage(record, { ...cards, own })
  if (rated.kind === 'refusal') return { id: record.id, error: { code: rated.code, message: rated.message } }
  return priceOf(record, rated, rated.from === 'account' ? own : cards.standard)
}

function priceOf(record: UsageRecord, charge: Charge, card: RateCard | null): PricedUsage {
  const set = card && charge.rateRow !== null ? rateSetOf(card, charge.rateRow) : undefined
  return {
    id: record.id,
    amount: formatUsd(charge.amount),
    currency: 'USD',
    billedSeconds: charge.billedSeconds,
    segments: charge.segments,
    prefix: charge.prefix,
    from: charge.from,
    steps: chargeSteps(record, set ?? null),
  }
}

type Counted = { raw: unknown } | { fault: { field: string; message: string } }

/** Puts the segments of a text's `text` in its place. Anything but a text keeps it as an unknown field. */
function withCountedText(raw: unknown): Counted {
  if (!isTextLike(raw) || raw.text === undefined || raw.text === null) return { raw }
  const { text, segments, ...rest } = raw
  if (typeof text !== 'string') return { fault: { field: 'text', message: 'must be a string' } }
  if (segments !== undefined && segments !== null) {
    return {
      fault: { field: 'text', message: 'and segments are both given: a line may carry only one of them' },
    }
  }
  return { raw: { ...rest, segments: countSmsSegments(text) } }
}

interface TextLike {
  readonly item: 'outgoing_text' | 'incoming_text'
  readonly text?: unknown
  readonly segments?: unknown
}

function isTextLike(raw: unknown): raw is TextLike {
  if (typeof raw !== 'object' || raw === null || !('item' in raw)) return false
  return raw.item === 'outgoing_text' || raw.item === 'incoming_text'
}
