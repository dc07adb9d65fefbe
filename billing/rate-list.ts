import type { Rate } from './rate.ts'
import { SHORT_CODE_PREFIX } from './rate.ts'
import { inForce, type RateCard } from './rate-card.ts'
import type { RateSet } from './rate-set.ts'
import { chooseSet, type RateCards } from './rating.ts'
import { KINDS_OF_ITEM } from './usage-record.ts'

/** A rate that an account has: in force, and chosen for the numbers of its prefix that no longer one names. */
export interface ListedRate {
  readonly from: 'account' | 'standard'
  readonly set: RateSet
  /** The set of the same key that takes its place; null where none is planned. */
  readonly next: RateSet | null
}

/** What a rate is found by; no two rates of a list have the same. */
export type RateKey = Pick<Rate, 'item' | 'prefix' | 'kind'>

/**
 * The rates of an account at an instant, from its own card and the standard card, blocked ones too, in the order of item,
 * prefix and kind, behind the key `after`. Those that the rating would never choose, because the other card comes first,
 * are left out. Each is worked out when it is asked for: a card may have tens of thousands.
 */
export function* listRates(
  cards: RateCards,
  {
    atMs,
    after,
    matches,
  }: { readonly atMs: number; readonly after: RateKey | null; readonly matches: (rate: Rate) => boolean },
): Generator<ListedRate> {
  for (const { from, sets } of inOrder(cards)) {
    const set = inForce(sets, atMs)
    if (!set || (after && byKey(set[0], after) <= 0)) continue
    if (!matches(set[0]) || !isChosen(set, cards, atMs)) continue
    const next = sets.find(([{ effectiveFromMs }]) => effectiveFromMs !== null && effectiveFromMs > atMs)
    yield { from, set, next: next ?? null }
  }
}

/** The sets of a key. */
type Sets = readonly RateSet[]

function* inOrder({ own, standard }: RateCards): Generator<{ from: ListedRate['from']; sets: Sets }> {
  const ownKeys = sortedKeys(own)
  let taken = 0
  for (const sets of sortedKeys(standard)) {
    for (let ownSets = ownKeys[taken]; ownSets && bySets(ownSets, sets) <= 0; ownSets = ownKeys[taken]) {
      yield { from: 'account', sets: ownSets }
      taken += 1
    }
    yield { from: 'standard', sets }
  }
  for (const sets of ownKeys.slice(taken)) yield { from: 'account', sets }
}

/** A card never changes, so it is sorted once. */
const sorted = new WeakMap<RateCard, readonly Sets[]>()

function sortedKeys(card: RateCard | null): readonly Sets[] {
  if (!card) return []
  const keys = sorted.get(card) ?? card.setsByKey.toSorted(bySets)
  sorted.set(card, keys)
  return keys
}

function bySets([a]: Sets, [b]: Sets): number {
  return a && b ? byKey(a[0], b[0]) : 0
}

function byKey(a: RateKey, b: RateKey): number {
  return compare(a.item, b.item) || compare(a.prefix, b.prefix) || compare(a.kind ?? '', b.kind ?? '')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** Whether a number of exactly this prefix is rated by it, for some kind. */
function isChosen(set: RateSet, cards: RateCards, occurredAtMs: number): boolean {
  const [{ item, kind, prefix }] = set
  const kinds = KINDS_OF_ITEM[item]
  const tried = kind !== null || kinds.length === 0 ? [kind] : kinds
  const to = prefix.startsWith(SHORT_CODE_PREFIX) ? prefix.slice(SHORT_CODE_PREFIX.length) : `+${prefix}`
  return tried.some((one) => chooseSet({ item, kind: one, to, occurredAtMs }, cards)?.set === set)
}
