import { type Micros, parseUsd } from '../billing/money.ts'
import { WrongCall } from './command.ts'

const DECIMAL = /^\+?(\d{1,13}(?:\.\d{1,6})?)$/

/** The value of --amount: dollars above zero. Throws WrongCall. */
export function positiveAmount(text: string): Micros {
  const decimal = DECIMAL.exec(text)?.[1]
  const amount = decimal === undefined ? null : parseUsd(decimal)
  if (amount !== null && amount > 0n) return amount
  throw new WrongCall('--amount must be a decimal in USD above zero with at most six places, such as 12.50')
}
