import type { EntryFilter } from '../api/entries.ts'
import { type RangeChoice, rangeOf } from '../time/time-range.ts'

/** What somebody chose to see, as the controls have it. */
export interface FilterChoice {
  readonly range: RangeChoice
  readonly show: EntryFilter['show']
  /** Empty for every item. */
  readonly item: string
  /** A phone number, or the id of a call. */
  readonly search: string
}

export const NO_FILTER: FilterChoice = { range: { preset: '30' }, show: 'all', item: '', search: '' }

const NUMBER = /^(\+[1-9]\d{2,14}|\d{2,8})$/

/** What the server is asked for. Digits are a number, however they are grouped; anything else is the id of a call. */
export function filterOf(choice: FilterChoice, at: { now: Date; timeZone: string }): EntryFilter {
  const search = choice.search.trim()
  const digits = search.replaceAll(/[\s().-]/g, '')
  const number = numberOf(digits)
  return {
    ...rangeOf(choice.range, at),
    show: choice.show,
    item: choice.item === '' ? null : choice.item,
    number,
    callId: number === null && search !== '' ? search : null,
  }
}

/** `+442079460958`, also of `442079460958` and `00442079460958`; `72345` for a short code. */
function numberOf(digits: string): string | null {
  if (NUMBER.test(digits)) return digits
  const international = `+${digits.replace(/^00/, '')}`
  return /^\d+$/.test(digits) && NUMBER.test(international) ? international : null
}
