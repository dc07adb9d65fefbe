declare const brand: unique symbol

/** An exact amount of money: 1 USD = 1 000 000. Signed from the customer's side where it is an entry's amount. */
export type Micros = bigint & { readonly [brand]: 'Micros' }

export const MICROS_PER_USD = 1_000_000n

/** The largest amount a Postgres `bigint` column holds. */
const MICROS_MAX = 9_223_372_036_854_775_807n

/** Makes money of a bigint count of micros. Throws a RangeError outside Postgres' bigint. */
export function micros(count: bigint): Micros {
  if (count > MICROS_MAX || count < -MICROS_MAX) throw new RangeError('amount does not fit a 64-bit integer')
  return count as Micros
}

export const ZERO_MICROS = micros(0n)

export function addMicros(a: Micros, b: Micros): Micros {
  return micros(a + b)
}

export function subtractMicros(a: Micros, b: Micros): Micros {
  return micros(a - b)
}

export function negateMicros(a: Micros): Micros {
  return micros(-a)
}

export function sumMicros(amounts: Iterable<Micros>): Micros {
  let sum = 0n
  for (const amount of amounts) sum += amount
  return micros(sum)
}

/** Six decimal places, no thousands separator: `-12.345678`. The only form in which money leaves as text. */
export function formatUsd(amount: Micros): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(7, '0')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** Reads a plain decimal with at most six places (`12`, `-0.5`, `12.345678`). Throws a RangeError on anything else. */
export function parseUsd(text: string): Micros {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,6}))?$/.exec(text)
  if (!match) throw new RangeError('not a decimal amount in USD with at most six places')
  const [, sign, whole = '', fraction = ''] = match
  const count = BigInt(whole) * MICROS_PER_USD + BigInt(fraction.padEnd(6, '0'))
  return micros(sign === '-' ? -count : count)
}

const MICROS_PER_CENT = 10_000n

/** Whole cents, as card payments have them. Throws a RangeError when the cents do not come out whole. */
export function microsToCentsExact(amount: Micros): number {
  if (amount % MICROS_PER_CENT !== 0n) throw new RangeError('amount is not whole cents')
  return Number(amount / MICROS_PER_CENT)
}

/** Throws a RangeError for what is no whole number of cents. */
export function centsToMicros(cents: number): Micros {
  if (!Number.isSafeInteger(cents)) throw new RangeError('cents must be a whole number')
  return micros(BigInt(cents) * MICROS_PER_CENT)
}
