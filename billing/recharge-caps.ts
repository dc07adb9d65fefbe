import { addMicros, type Micros, micros, subtractMicros, sumMicros } from './money.ts'

/** How many automatic top-ups there may be within one span of time, and of how much money together. */
export interface RechargeCap {
  readonly count: number
  readonly amount: Micros
}

export interface RechargeCaps {
  readonly day: RechargeCap
  readonly week: RechargeCap
  readonly month: RechargeCap
}
export type CapSpan = keyof RechargeCaps

export const DEFAULT_RECHARGE_CAPS: RechargeCaps = {
  day: { count: 5, amount: micros(1_000_000_000n) },
  week: { count: 15, amount: micros(3_000_000_000n) },
  month: { count: 40, amount: micros(8_000_000_000n) },
}

const DAY_MS = 86_400_000

/** The spans roll: a calendar day would let twice its cap through around midnight. */
const CAP_SPANS_MS: Readonly<Record<CapSpan, number>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
}

export interface PastTopup {
  readonly createdAt: Date
  readonly amount: Micros
}

/**
 * The earliest moment at which one more top-up of `amount` keeps the cap of `span`; null when it does so already.
 * A cap below the amount, which the settings refuse, is looked at again one span later.
 */
export function capOpensAt(
  span: CapSpan,
  {
    caps,
    amount,
    topups,
    now,
  }: {
    readonly caps: RechargeCaps
    readonly amount: Micros
    readonly topups: readonly PastTopup[]
    readonly now: Date
  },
): Date | null {
  const cap = caps[span]
  const spanMs = CAP_SPANS_MS[span]
  const inside = topups
    .filter(({ createdAt }) => createdAt.getTime() > now.getTime() - spanMs)
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
  let count = inside.length
  let spent = sumMicros(inside.map((topup) => topup.amount))
  const hasRoom = () => count < cap.count && addMicros(spent, amount) <= cap.amount
  if (hasRoom()) return null
  for (const leaving of inside) {
    count -= 1
    spent = subtractMicros(spent, leaving.amount)
    if (hasRoom()) return new Date(leaving.createdAt.getTime() + spanMs)
  }
  return new Date(now.getTime() + spanMs)
}
