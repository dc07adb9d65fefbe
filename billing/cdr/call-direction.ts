import type { CallKind } from './cdr-row.ts'
import type { CdrNumber } from './phone-number.ts'

export interface CallNumbers {
  readonly from: CdrNumber
  readonly to: CdrNumber
}

/**
 * Which way a switch's leg went. Dial plans and channel names differ from site to site, so its numbers decide: the outside
 * one is the far end. Between two outside numbers it is what the row shows otherwise (`shown`), or else the number that
 * looks more like an outside one. `internal` when neither is, undefined when there is no telling.
 */
export function callDirection(
  numbers: CallNumbers,
  shown: CallKind | undefined,
): CallKind | 'internal' | undefined {
  const from = outsideRank(numbers.from)
  const to = outsideRank(numbers.to)
  if (from === 0 && to === 0) return 'internal'
  if (from === 0) return 'outbound'
  if (to === 0) return 'inbound'
  if (shown || from === to) return shown
  return from > to ? 'inbound' : 'outbound'
}

/** Numbers that telephone networks serve and no site gives to an extension. */
const SERVICE_NUMBER = /^([2-9]11|112|988|999)$/

/** 0: an extension or a name. 1: 6 to 8 digits. 2: E.164, a service number, or a caller who withholds the number. */
function outsideRank(number: CdrNumber): 0 | 1 | 2 {
  if (number.form === 'name') return 0
  if (number.form !== 'short' || SERVICE_NUMBER.test(number.text)) return 2
  return number.text.length >= 6 ? 1 : 0
}
