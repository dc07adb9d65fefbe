import { formatPicos } from '../../billing/picos.ts'
import type { Rate } from '../../billing/rate.ts'
import { type CardChanges, type ChangedRate, changedTerms, type Term } from './compare-cards.ts'

/** Enough to see that it is the right file; the counts tell the rest. */
const SHOWN_MAX = 10

/** Lines for a person: how many rates come, go and change, and the first of each. */
export function describeChanges({ added, removed, changed }: CardChanges): string[] {
  return [
    `added ${added.length}`,
    ...firstOf(added, (rate) => `  + ${slot(rate)}: ${price(rate)}`),
    `removed ${removed.length}`,
    ...firstOf(removed, (rate) => `  - ${slot(rate)}: ${price(rate)}`),
    `changed ${changed.length}`,
    ...firstOf(changed, (rates) => `  ~ ${slot(rates.after)}: ${differences(rates)}`),
  ]
}

function firstOf<Row>(rows: readonly Row[], line: (row: Row) => string): string[] {
  const lines = rows.slice(0, SHOWN_MAX).map(line)
  return rows.length > SHOWN_MAX ? [...lines, `  … and ${rows.length - SHOWN_MAX} more`] : lines
}

function slot({ item, kind, prefix, effectiveFromMs, fromSecond }: Rate): string {
  const parts = [item, kind ?? 'any kind', prefix === '' ? 'all numbers' : prefix]
  if (effectiveFromMs !== null) parts.push(`from ${instant(effectiveFromMs)}`)
  if (fromSecond > 0) parts.push(`second ${fromSecond} on`)
  return parts.join(', ')
}

function price({ item, rate, perSeconds, setupFee, surcharge, blocked }: Rate): string {
  if (blocked) return 'blocked'
  const per = item === 'phone_call' ? ` per ${perSeconds} s` : ''
  const parts = [`rate ${formatPicos(rate)}${per}`]
  if (setupFee > 0n) parts.push(`setup_fee ${formatPicos(setupFee)}`)
  if (surcharge > 0n) parts.push(`surcharge ${formatPicos(surcharge)}`)
  return parts.join(', ')
}

function differences(rates: ChangedRate): string {
  return changedTerms(rates)
    .map((term) => `${term.column} ${value(term, rates.before)} -> ${value(term, rates.after)}`)
    .join(', ')
}

function value({ column, of }: Term, rate: Rate): string {
  const cell = of(rate)
  if (typeof cell === 'bigint') return formatPicos(cell)
  if (column === 'effective_to') return typeof cell === 'number' ? instant(cell) : 'open'
  return column === 'description' ? JSON.stringify(cell) : String(cell)
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
