import type { Rate } from './rate.ts'

/** The slots of one key (item, kind, prefix) that take effect together, by second; the first one starts at second 0 and
 *  its fees, minimum, rounding, dates and block are the set's. */
export type RateSet = readonly [Rate, ...Rate[]]

/** Sorts the rates of one card into their sets: for each key its sets by the instant they take effect. Expects rates of
 *  a checked card, and brings faulty sets together too, so that a check can name them. */
export function groupRateSets(rates: readonly Rate[]): RateSet[][] {
  const setsByKey = new Map<string, [Rate, ...Rate[]][]>()
  for (const rate of rates) {
    const key = `${rate.item} ${rate.kind ?? ''} ${rate.prefix}`
    const sets = setsByKey.get(key)
    const set = sets?.find(([first]) => first.effectiveFromMs === rate.effectiveFromMs)
    if (set) set.push(rate)
    else if (sets) sets.push([rate])
    else setsByKey.set(key, [[rate]])
  }
  for (const sets of setsByKey.values()) sortSets(sets)
  return [...setsByKey.values()]
}

function sortSets(sets: [Rate, ...Rate[]][]): void {
  for (const set of sets) set.sort((a, b) => a.fromSecond - b.fromSecond || a.row - b.row)
  sets.sort(([a], [b]) => (a.effectiveFromMs ?? -Infinity) - (b.effectiveFromMs ?? -Infinity))
}
