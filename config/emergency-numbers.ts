import { z } from 'zod'

/**
 * North America, the EU and mobile networks, the United Kingdom, Australia, and the police (110) and fire (119) numbers of
 * Germany and East Asia. None of them is an ordinary short code of North America or the United Kingdom, where businesses
 * are texted at five digits or more.
 */
export const DEFAULT_EMERGENCY_NUMBERS: ReadonlySet<string> = new Set([
  '911',
  '112',
  '999',
  '000',
  '110',
  '119',
])

const NUMBER = /^(?:\d{2,8}|\+[1-9]\d{2,14})$/

/** Numbers as usage records have them, separated by commas. */
export const EMERGENCY_NUMBERS = z
  .string()
  .transform((text): ReadonlySet<string> => new Set(text.split(',').map((number) => number.trim())))
  .refine((numbers) => [...numbers].every((number) => NUMBER.test(number)), {
    message: 'must be short codes of 2 to 8 digits, or E.164 with +, separated by commas',
  })
  .default(DEFAULT_EMERGENCY_NUMBERS)
