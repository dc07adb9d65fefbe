declare const brand: unique symbol

/** An exact, unsigned price: 1 USD = 1 000 000 000 000. Fine enough for every decimal a rate card may hold; at most
 *  what a Postgres `bigint` holds, 9 223 372 USD. A price is not money: only a rounded charge becomes `Micros`. */
export type Picos = bigint & { readonly [brand]: 'Picos' }

export const PRICE_DECIMALS = 12
const PICOS_MAX = 9_223_372_036_854_775_807n
const SHOWN_DECIMALS_MIN = 6

/** Makes a price of a bigint count, as the database hands it out. Throws a RangeError below zero or above the largest. */
export function picos(count: bigint): Picos {
  if (count < 0n || count > PICOS_MAX) throw new RangeError('price outside 0 to 9 223 372 USD')
  return count as Picos
}

export const ZERO_PICOS = picos(0n)

/** Reads a plain decimal in USD (`0`, `0.0049`): digits, at most twelve places, no sign, no exponent. Null for anything
 *  else and for prices above 9 223 372 USD. */
export function parsePicos(text: string): Picos | null {
  const match = /^(\d{1,16})(?:\.(\d{1,12}))?$/.exec(text)
  if (!match) return null
  const [, whole = '', fraction = ''] = match
  const count = BigInt(whole + fraction.padEnd(PRICE_DECIMALS, '0'))
  return count <= PICOS_MAX ? (count as Picos) : null
}

/** At least six decimal places and as many more as are not zero: `0.050000`, `0.0000125`. Takes any count of picos, for
 *  sums of prices too. */
export function formatPicos(count: bigint): string {
  const digits = count.toString().padStart(PRICE_DECIMALS + 1, '0')
  const fraction = digits.slice(-PRICE_DECIMALS).replace(/0+$/, '').padEnd(SHOWN_DECIMALS_MIN, '0')
  return `${digits.slice(0, -PRICE_DECIMALS)}.${fraction}`
}
