import { addMicros, type Micros, parseUsd, sumMicros } from './money.ts'

export const MANUAL_AMOUNT_MIN = parseUsd('10')
export const MANUAL_AMOUNT_MAX = parseUsd('5000')

const DAY_MS = 86_400_000
/** Against the testing of stolen cards: a person who pays does not fail this often. */
const DECLINED_A_DAY_MAX = 5
const PAID_A_DAY_MAX = 10
const AMOUNT_A_DAY_MAX = parseUsd('10000')

export interface ManualTopup {
  readonly createdAt: Date
  readonly amount: Micros
  readonly failed: boolean
}

export type ManualLimit = 'declined_today' | 'payments_today' | 'amount_today'

/** The limit of the last 24 hours that another payment by hand would break; null when it may be made. */
export function manualLimit({
  amount,
  earlier,
  now,
}: {
  readonly amount: Micros
  readonly earlier: readonly ManualTopup[]
  readonly now: Date
}): ManualLimit | null {
  const today = earlier.filter(({ createdAt }) => createdAt.getTime() > now.getTime() - DAY_MS)
  const paid = today.filter(({ failed }) => !failed)
  if (today.length - paid.length >= DECLINED_A_DAY_MAX) return 'declined_today'
  if (paid.length >= PAID_A_DAY_MAX) return 'payments_today'
  const total = addMicros(sumMicros(paid.map((topup) => topup.amount)), amount)
  return total > AMOUNT_A_DAY_MAX ? 'amount_today' : null
}
