import { exactCost, roundedAmount } from './charge-amount.ts'
import { billedSecondsOf, chargeParts } from './charge-parts.ts'
import { type EmergencyNumbers, isEmergencyNumber } from './emergency-numbers.ts'
import { type Micros, ZERO_MICROS } from './money.ts'
import { SHORT_CODE_PREFIX } from './rate.ts'
import type { RateCard } from './rate-card.ts'
import type { RateSet } from './rate-set.ts'
import type { Quantities, RateQuery } from './usage-record.ts'

export interface RateCards {
  /** The account's own card; it comes first. */
  readonly own: RateCard | null
  readonly standard: RateCard | null
  readonly emergencyNumbers: EmergencyNumbers
}

/** What a usage record costs and which rate says so. Version, row, prefix and card are null for what needs no rate: an
 *  unanswered call, and whatever goes to an emergency number that no rate names. */
export interface Charge {
  readonly kind: 'charge'
  /** Zero or more, rounded once. */
  readonly amount: Micros
  readonly versionId: number | null
  /** The row at second 0 of the set that priced the record. */
  readonly rateRow: number | null
  /** Calls only; 0 for one that needs no rate. */
  readonly billedSeconds: number | null
  /** Texts only. */
  readonly segments: number | null
  readonly prefix: string | null
  readonly from: 'account' | 'standard' | null
}

export interface Refusal {
  readonly kind: 'refusal'
  readonly code: 'no_rate' | 'destination_blocked' | 'invalid_record'
  readonly message: string
}

/** Rates one usage record: the account's own card before the standard card, the longest prefix within a card, the set
 *  in force when the record occurred, one rounding. Never throws on a checked record. An emergency number is never
 *  refused, and free unless a rate names exactly this number. */
export function rateUsage(record: RateQuery & Quantities, cards: RateCards): Charge | Refusal {
  if (record.durationMs === 0) return free(record)
  const isEmergency = isEmergencyNumber(record.to, cards.emergencyNumbers)
  const match = isEmergency ? findExactRates(record, cards) : findRates(record, cards)
  if (match === null) return free(record)
  if (match.kind === 'refusal') return match
  const priced = rateBySet(record, match.set)
  if (!priced) return refusal('invalid_record', 'the amount is larger than a ledger entry can hold')
  const [{ row, prefix }] = match.set
  return {
    kind: 'charge',
    amount: priced.amount,
    versionId: match.card.versionId,
    rateRow: row,
    billedSeconds: priced.billedSeconds,
    segments: record.segments,
    prefix,
    from: match.from,
  }
}

/** Prices quantities by a set of rates; the same two give the same amount at any time. Null when the amount does not
 *  fit `Micros`. */
export function rateBySet(
  quantities: Quantities,
  set: RateSet,
): { amount: Micros; billedSeconds: number | null } | null {
  if (quantities.durationMs === 0) return { amount: ZERO_MICROS, billedSeconds: 0 }
  const parts = chargeParts(quantities, set)
  const amount = roundedAmount(exactCost(parts), set[0])
  return amount === null ? null : { amount, billedSeconds: billedSecondsOf(parts) }
}

export interface RateMatch {
  readonly kind: 'match'
  readonly from: 'account' | 'standard'
  readonly card: RateCard
  readonly set: RateSet
}

/** Finds the rates for a record. */
export function findRates(query: RateQuery, cards: RateCards): RateMatch | Refusal {
  const chosen = chooseSet(query, cards)
  if (chosen) return matchOrBlocked(chosen)
  const kind = query.kind === null ? '' : ` ${query.kind}`
  return refusal('no_rate', `no rate for ${query.item}${kind} to this number is in force at occurredAt`)
}

export type ChosenSet = Omit<RateMatch, 'kind'>

/** The set that decides about a record, which may be blocked. A blocked prefix of the standard card hides every shorter
 *  prefix, in the account's own card too; a blocked prefix of the own card cannot be hidden. */
export function chooseSet(query: RateQuery, { own, standard }: RateCards): ChosenSet | null {
  const ownSet = own?.matching(query).at(-1)
  const ownDecides = ownSet !== undefined && !isHidden(ownSet, standard?.matching(query))
  if (own && ownDecides) return { from: 'account', card: own, set: ownSet }
  const standardSet = standard?.matching(query).at(-1)
  return standard && standardSet ? { from: 'standard', card: standard, set: standardSet } : null
}

/** The rates that name the number itself. */
function findExactRates(query: RateQuery, { own, standard }: RateCards): RateMatch | null {
  return exactMatch('account', own, query) ?? exactMatch('standard', standard, query)
}

function exactMatch(from: RateMatch['from'], card: RateCard | null, query: RateQuery): RateMatch | null {
  const set = card?.matching(query).at(-1)
  if (!card || !set) return null
  const [{ blocked, prefix }] = set
  return !blocked && prefix === prefixOfOne(query.to) ? { kind: 'match', from, card, set } : null
}

/** The prefix that only this number has. */
function prefixOfOne(to: string): string {
  return to.startsWith('+') ? to.slice(1) : `${SHORT_CODE_PREFIX}${to}`
}

function isHidden([own]: RateSet, standardSets: readonly RateSet[] = []): boolean {
  if (own.blocked) return false
  return standardSets.some(([{ blocked, prefix }]) => blocked && prefix.length > own.prefix.length)
}

function matchOrBlocked({ from, card, set }: ChosenSet): RateMatch | Refusal {
  const [{ blocked, prefix }] = set
  if (!blocked) return { kind: 'match', from, card, set }
  const what = prefix === '' ? 'every number' : `prefix ${prefix}`
  const owner = from === 'account' ? "the account's own card" : 'the standard card'
  return refusal('destination_blocked', `${what} is blocked by ${owner}`)
}

function refusal(code: Refusal['code'], message: string): Refusal {
  return { kind: 'refusal', code, message }
}

/** What costs nothing by no rate. */
function free({ durationMs, segments }: Quantities): Charge {
  return {
    kind: 'charge',
    amount: ZERO_MICROS,
    versionId: null,
    rateRow: null,
    billedSeconds: durationMs === null ? null : 0,
    segments,
    prefix: null,
    from: null,
  }
}
