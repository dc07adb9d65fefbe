import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import metadata from 'libphonenumber-js/max/metadata'

/** A country as rates are told by. */
export interface Country {
  /** ISO 3166, two letters. */
  readonly code: string
  /** In English. */
  readonly name: string
}

const CALLING_CODE_LENGTH_MAX = 3
/** North America and the Caribbean share it, told apart by the area code. */
const SHARED_CODE = '1'
const SHARED_LENGTH = 4

/**
 * The country that numbers of a prefix (digits of E.164) belong to: where several share a calling code, the one that has
 * most of it. Null where the prefix is too short to tell, or of no country.
 */
export function countryOfPrefix(prefix: string): Country | null {
  const start = prefix.slice(0, SHARED_LENGTH)
  const known = countries.get(start)
  if (known !== undefined) return known
  const country = findCountry(start)
  countries.set(start, country)
  return country
}

/** By the first four digits, since a card names each of them often. */
const countries = new Map<string, Country | null>()

function findCountry(prefix: string): Country | null {
  if (prefix.startsWith(SHARED_CODE)) return prefix.length < SHARED_LENGTH ? null : countryOfArea(prefix)
  for (let length = 1; length <= CALLING_CODE_LENGTH_MAX; length++) {
    const [first] = countriesOf(prefix.slice(0, length))
    if (first) return countryNamed(first)
  }
  return null
}

/** Any number in the area tells. */
function countryOfArea(area: string): Country | null {
  const code = parsePhoneNumberFromString(`+${area}2345678`)?.country
  return code ? countryNamed(code) : null
}

function countriesOf(callingCode: string): readonly CountryCode[] {
  return metadata.country_calling_codes[callingCode] ?? []
}

const NAMES = new Intl.DisplayNames(['en'], { type: 'region' })

function countryNamed(code: CountryCode): Country {
  return { code, name: NAMES.of(code) ?? code }
}
