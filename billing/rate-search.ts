import { countryOfPrefix } from './calling-country.ts'
import type { Rate } from './rate.ts'

/**
 * A check whether a rate is one of those that a person looks for: digits, with or without `+`, are a prefix; two letters
 * are a country's ISO code; any text may be a part of a country's name or of the rate's description. Case does not count.
 */
export function rateSearch(text: string): (rate: Rate) => boolean {
  const wanted = text.trim().toLowerCase()
  const digits = /^\+?(\d+)$/.exec(wanted)?.[1]
  if (digits !== undefined) return ({ prefix }) => isOnTheWay(prefix, digits)
  return ({ prefix, description }) => {
    if (description.toLowerCase().includes(wanted)) return true
    const country = countryOfPrefix(prefix)
    return country?.code.toLowerCase() === wanted || country?.name.toLowerCase().includes(wanted) === true
  }
}

/** Longer than the digits, or what they are a longer form of. */
function isOnTheWay(prefix: string, digits: string): boolean {
  if (prefix.startsWith(digits) || prefix === `short:${digits}`) return true
  return prefix !== '' && digits.startsWith(prefix)
}
