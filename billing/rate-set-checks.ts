import type { Rate } from './rate.ts'
import type { RateColumn } from './rate-row.ts'
import { groupRateSets, type RateSet } from './rate-set.ts'

/** What is to be said about a row, found by looking at it together with the others of its key. */
export interface RowFinding {
  readonly row: number
  readonly column: RateColumn
  readonly message: string
}

/** Checks how the rates of one card fit together: each set needs one row at second 0 and no second twice, and its rows
 *  agree on when it ends and whether it blocks. Warns where a key stops having rates, for a shorter prefix may price it
 *  then. `lineOf` tells a row's line in the file. */
export function checkRateSets(
  rates: readonly Rate[],
  lineOf: (row: number) => number,
): { faults: RowFinding[]; warnings: RowFinding[] } {
  const keys = groupRateSets(rates)
  return {
    faults: keys.flat().flatMap((set) => setFaults(set, lineOf)),
    warnings: keys.flatMap((sets) => [...gapWarnings(sets, lineOf), ...slotWarnings(sets)]),
  }
}

function setFaults(set: RateSet, lineOf: (row: number) => number): RowFinding[] {
  const [first, ...later] = set
  const faults: RowFinding[] = []
  if (first.fromSecond !== 0) {
    faults.push({ row: first.row, column: 'from_second', message: 'its set has no row at second 0' })
  }
  let previous = first
  for (const rate of later) {
    if (rate.fromSecond === previous.fromSecond) {
      const message = `same key, effective_from and from_second as line ${lineOf(previous.row)}`
      faults.push({ row: rate.row, column: 'from_second', message })
    }
    const differs = `differs from line ${lineOf(first.row)} of the same set`
    if (rate.effectiveToMs !== first.effectiveToMs) {
      faults.push({ row: rate.row, column: 'effective_to', message: differs })
    }
    if (rate.blocked !== first.blocked) faults.push({ row: rate.row, column: 'blocked', message: differs })
    previous = rate
  }
  return faults
}

function gapWarnings(sets: readonly RateSet[], lineOf: (row: number) => number): RowFinding[] {
  const warnings: RowFinding[] = []
  for (const [index, [{ row, effectiveToMs }]] of sets.entries()) {
    const next = sets[index + 1]?.[0]
    if (effectiveToMs === null || (next && (next.effectiveFromMs ?? -Infinity) <= effectiveToMs)) continue
    const until = next ? `until the effective_from of line ${lineOf(next.row)}` : 'and no later row follows'
    const message = `its key has no rate from then on, ${until}: a shorter prefix may price it`
    warnings.push({ row, column: 'effective_to', message })
  }
  return warnings
}

function slotWarnings(sets: readonly RateSet[]): RowFinding[] {
  return sets
    .flat()
    .filter(({ item, fromSecond }) => item !== 'phone_call' && fromSecond > 0)
    .map(({ row }) => ({ row, column: 'from_second', message: 'never used: only calls are priced by slots' }))
}
