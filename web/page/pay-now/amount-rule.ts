import { MANUAL_AMOUNT_MAX, MANUAL_AMOUNT_MIN } from '../../../billing/manual-topup.ts'
import { parseUsd } from '../../../billing/money.ts'
import { typedAmount } from '../money/typed-amount.ts'

/** Stated beside the field; the server has the last word. */
export const AMOUNT_RULE = 'From $10 to $5,000, in dollars and whole cents.'

/** The amount as the API takes it, or the rule that it breaks. */
export function checkAmount(typed: string): { readonly amount: string } | { readonly fault: string } {
  const amount = typedAmount(typed)
  if (amount === null) return { fault: 'Type an amount such as 50 or 50.25.' }
  const micros = parseUsd(amount)
  if (micros < MANUAL_AMOUNT_MIN) return { fault: 'The smallest payment is $10.' }
  if (micros > MANUAL_AMOUNT_MAX) return { fault: 'The largest payment is $5,000.' }
  return { amount }
}
