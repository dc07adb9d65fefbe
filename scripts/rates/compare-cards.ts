import type { Rate } from '../../billing/rate.ts'
import type { RateColumn } from '../../billing/rate-row.ts'

export interface ChangedRate {
  readonly before: Rate
  readonly after: Rate
}

/** How a card differs from another one. Where a rate stands in its file does not count. */
export interface CardChanges {
  readonly added: readonly Rate[]
  readonly removed: readonly Rate[]
  readonly changed: readonly ChangedRate[]
}

/** Compares two checked cards by key, start and second: what is the same rate in both may have changed its terms. */
export function compareCards(before: readonly Rate[], after: readonly Rate[]): CardChanges {
  const old = new Map(before.map((rate) => [slotOf(rate), rate]))
  const added: Rate[] = []
  const changed: ChangedRate[] = []
  for (const rate of after) {
    const slot = slotOf(rate)
    const earlier = old.get(slot)
    old.delete(slot)
    if (!earlier) added.push(rate)
    else if (changedTerms({ before: earlier, after: rate }).length > 0)
      changed.push({ before: earlier, after: rate })
  }
  return { added, removed: [...old.values()], changed }
}

/** A column beyond the key, and the rate's value in it. */
export interface Term {
  readonly column: RateColumn
  readonly of: (rate: Rate) => bigint | number | string | boolean | null
}

const TERMS: readonly Term[] = [
  { column: 'rate', of: (rate) => rate.rate },
  { column: 'per_seconds', of: (rate) => rate.perSeconds },
  { column: 'setup_fee', of: (rate) => rate.setupFee },
  { column: 'surcharge', of: (rate) => rate.surcharge },
  { column: 'increment_seconds', of: (rate) => rate.incrementSeconds },
  { column: 'minimum_seconds', of: (rate) => rate.minimumSeconds },
  { column: 'round_decimals', of: (rate) => rate.roundDecimals },
  { column: 'rounding', of: (rate) => rate.rounding },
  { column: 'effective_to', of: (rate) => rate.effectiveToMs },
  { column: 'blocked', of: (rate) => rate.blocked },
  { column: 'description', of: (rate) => rate.description },
]

export function changedTerms({ before, after }: ChangedRate): Term[] {
  return TERMS.filter(({ of }) => of(before) !== of(after))
}

function slotOf({ item, kind, prefix, effectiveFromMs, fromSecond }: Rate): string {
  return `${item} ${kind} ${prefix} ${effectiveFromMs} ${fromSecond}`
}
