import { type Micros, micros, ZERO_MICROS } from './money.ts'

const DAY_MS = 86_400_000
const HORIZON_DAYS = 365

export interface RunwayFacts {
  readonly now: Date
  /** The balance, and what of it is neither held nor reserved. */
  readonly balance: Micros
  readonly available: Micros
  /** What usage cost over some days, the basis of what it is going to cost. */
  readonly spent: { readonly amount: Micros; readonly days: number }
  /** The renewals of the next year. */
  readonly renewals: readonly DatedDebit[]
  /** Null where nothing is recharged: auto-recharge is off or paused. */
  readonly recharge: RunwayRecharge | null
}

export interface DatedDebit {
  /** When the balance pays it. */
  readonly at: Date
  /** When it is set aside, so that it is not available any more; null where it is already. */
  readonly setAsideAt: Date | null
  readonly amount: Micros
}

export interface RunwayRecharge {
  readonly threshold: Micros
  /** No recharge is tried before. */
  readonly notBefore: Date | null
}

export interface Runway {
  readonly spendPerDay: Micros
  /** When the available credit is used up, if nothing is added to it; null when it lasts longer than a year. */
  readonly lastsUntil: Date | null
  /** Whole days until then. */
  readonly lastsDays: number | null
  /** When the next automatic recharge begins; null when nothing calls for one before the credit is used up. */
  readonly rechargeAt: Date | null
}

/**
 * How long the credit of an account lasts when usage goes on to cost what it cost on average and each renewal is paid on
 * its date. A forecast: nothing is decided by it.
 */
export function runway({ now, balance, available, spent, renewals, recharge }: RunwayFacts): Runway {
  const spending = spent.amount > 0n ? spent : { amount: ZERO_MICROS, days: spent.days }
  const setAside = renewals.flatMap(({ setAsideAt, amount }) =>
    setAsideAt ? [{ at: setAsideAt, amount }] : [],
  )
  const lastsUntil = reachedAt({ credit: available, below: ZERO_MICROS, spending, debits: setAside, now })
  return {
    spendPerDay: micros(spending.amount / BigInt(spending.days)),
    lastsUntil,
    lastsDays: lastsUntil && Math.floor((lastsUntil.getTime() - now.getTime()) / DAY_MS),
    rechargeAt: recharge && rechargeAt(recharge, { balance, spending, renewals, now, lastsUntil }),
  }
}

/** The service stops at the end, so that spending that would call for a recharge later does not happen. */
function rechargeAt(
  { threshold, notBefore }: RunwayRecharge,
  {
    balance,
    spending,
    renewals,
    now,
    lastsUntil,
  }: Pick<RunwayFacts, 'balance' | 'renewals' | 'now'> & { spending: Spending; lastsUntil: Date | null },
): Date | null {
  // Strictly below the threshold is one micro less than it, at the most.
  const below = micros(threshold - 1n)
  const neededAt = reachedAt({ credit: balance, below, spending, debits: renewals, now })
  if (neededAt === null || (lastsUntil !== null && neededAt > lastsUntil)) return null
  return notBefore !== null && notBefore > neededAt ? notBefore : neededAt
}

interface Spending {
  readonly amount: Micros
  readonly days: number
}

interface Course {
  readonly credit: Micros
  /** The level that is asked for: at it or below. */
  readonly below: Micros
  readonly spending: Spending
  readonly debits: readonly { readonly at: Date; readonly amount: Micros }[]
  readonly now: Date
}

/** The first millisecond at which the credit is at a level or below it; null when that is more than a year away. */
function reachedAt({ credit, below, spending, debits, now }: Course): Date | null {
  const endMs = now.getTime() + HORIZON_DAYS * DAY_MS
  const spanMs = BigInt(spending.days) * BigInt(DAY_MS)
  let left = credit - below
  for (const debit of [...debits.toSorted(byTime), null]) {
    const untilMs = debit === null ? endMs : Math.min(Math.max(debit.at.getTime(), now.getTime()), endMs)
    const reachedMs = now.getTime() + usedUpAfterMs(left, spending.amount, spanMs)
    if (reachedMs <= untilMs) return new Date(reachedMs)
    if (debit === null || untilMs === endMs) return null
    left -= debit.amount
    if (left * spanMs <= spending.amount * BigInt(untilMs - now.getTime())) return new Date(untilMs)
  }
  return null
}

/** How long spending alone takes to use up an amount; the dated debits have been taken off it. */
function usedUpAfterMs(left: bigint, amount: bigint, spanMs: bigint): number {
  if (left <= 0n) return 0
  if (amount === 0n) return Infinity
  return Number((left * spanMs + amount - 1n) / amount)
}

function byTime(a: { readonly at: Date }, b: { readonly at: Date }): number {
  return a.at.getTime() - b.at.getTime()
}
