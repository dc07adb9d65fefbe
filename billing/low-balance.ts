import { type Micros, micros, ZERO_MICROS } from './money.ts'

/** The balances at which the customer is told, highest first; at the last one the service stops. */
export const LOW_BALANCE_LEVELS: readonly Micros[] = [micros(10_000_000n), micros(5_000_000n), ZERO_MICROS]

export interface LowBalanceNotice {
  /** The level to tell the customer of, or null. */
  readonly level: Micros | null
  /** To be stored, told or not: a balance that rises above a level makes it tell again. */
  readonly lowestNotified: Micros | null
}

/** Whether the balance crossed a level downwards: at or below it, and not told of since it was last above. A fall through
 *  several levels is told once, as the lowest. */
export function lowBalanceNotice({
  balance,
  lowestNotified,
}: {
  readonly balance: Micros
  readonly lowestNotified: Micros | null
}): LowBalanceNotice {
  const reached = LOW_BALANCE_LEVELS.findLast((level) => balance <= level) ?? null
  const isNew = reached !== null && (lowestNotified === null || reached < lowestNotified)
  return { level: isNew ? reached : null, lowestNotified: reached }
}
