import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { quote } from './cdr-row.ts'

/**
 * A number as a switch wrote it, sorted by what it can be:
 * `e164` with its `+`; `short` of 2 to 8 digits (a short code, an extension, a local number without its area code);
 * `name` of anything else that is no number (an extension's name, a SIP user, Asterisk's `s`); `withheld` by the caller;
 * `unreadable` when it is a number that cannot be made E.164.
 */
export type CdrNumber =
  | { readonly form: 'e164' | 'short' | 'name'; readonly text: string }
  | { readonly form: 'withheld' }
  | { readonly form: 'unreadable'; readonly text: string; readonly problem: string }

/** A country by its ISO 3166 letters, such as `US`, whose numbering plan is known. */
export type { CountryCode } from 'libphonenumber-js/max'

export function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code)
}

/** Only a few small islands have numbers this short; they must come in E.164. */
const EXTENSION_DIGITS_MAX = 5

const WITHHELD = /^(|anonymous|restricted|private|unknown|unavailable|withheld|blocked)$/i

/** Reads a number. Numbers in national form need the country they were dialled in. */
export function readNumber(raw: string, country: CountryCode | undefined): CdrNumber {
  const text = withoutUri(raw.trim())
  if (WITHHELD.test(text)) return { form: 'withheld' }
  const digits = text.replaceAll(/[\s().-]/g, '')
  if (/^\+\d+$/.test(digits)) return international(digits)
  if (!/^\d{2,}$/.test(digits)) return { form: 'name', text }
  if (digits.length <= EXTENSION_DIGITS_MAX) return { form: 'short', text: digits }
  if (digits.length <= 8) return shortOrNational(digits, country)
  return national(digits, country)
}

/** `sip:+12035550123@example.com;user=phone` → `+12035550123` */
function withoutUri(text: string): string {
  return text.replace(/^(sips?|tel):/i, '').replace(/[@;].*$/s, '')
}

/** Length alone is checked: numbering plans grow faster than lists of them. */
function international(digits: string): CdrNumber {
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return { form: 'e164', text: digits }
  return { form: 'unreadable', text: digits, problem: `${quote(digits)} is not an E.164 number` }
}

/**
 * Six to eight digits are a number of the country only when they are valid there and dialled as the country writes them,
 * national prefix included. So an extension never turns into somebody's number.
 */
function shortOrNational(digits: string, country: CountryCode | undefined): CdrNumber {
  const parsed = country && parsePhoneNumberFromString(digits, country)
  if (parsed?.isValid() && parsed.formatNational().replaceAll(/\D/g, '') === digits) {
    return { form: 'e164', text: parsed.number }
  }
  return { form: 'short', text: digits }
}

/** No guess at a missing `+`: 91 203 555 0123 dialled in the USA may be an outside line's 9 as well as India. */
function national(digits: string, country: CountryCode | undefined): CdrNumber {
  const parsed = country && parsePhoneNumberFromString(digits, country)
  if (parsed?.isPossible()) return { form: 'e164', text: parsed.number }
  const problem = country
    ? `${quote(digits)} is not a number that can be dialled in ${country}`
    : `${quote(digits)} is in national form and no country was given`
  return { form: 'unreadable', text: digits, problem }
}
