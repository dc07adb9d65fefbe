import { z } from 'zod'
import { type Micros, parseUsd } from '../billing/money.ts'

const WHOLE_CENTS = /^\d{1,13}(\.\d\d?0{0,4})?$/

/** An amount of a request in dollars and whole cents, between two others. */
export function amountField({ min, max, rule }: { min: Micros; max: Micros; rule: string }) {
  return z
    .string('must be a decimal string of dollars and whole cents, such as "100.00"')
    .regex(WHOLE_CENTS, 'must be a decimal string of dollars and whole cents, such as "100.00"')
    .describe(`dollars and whole cents, ${rule}`)
    .transform((text, context) => {
      const amount = WHOLE_CENTS.test(text) ? parseUsd(text) : min
      if (amount < min || amount > max) context.addIssue(`must be ${rule}`)
      return amount
    })
}
