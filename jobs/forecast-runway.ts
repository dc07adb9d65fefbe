import { type Micros, subtractMicros } from '../billing/money.ts'
import { periodAt, periodOf } from '../billing/renewal-calendar.ts'
import { isKnownZone } from '../billing/renewal-zone.ts'
import { type DatedDebit, type Runway, runway } from '../billing/runway.ts'
import { runwaySentence } from '../billing/runway-sentence.ts'
import type { Clock } from '../config/clock.ts'
import type { Db } from '../db/connect.ts'
import { listRentedNumbers, type PhoneNumber } from '../db/phone-numbers.ts'
import { readRenewalSettings } from '../db/renewal-settings.ts'
import { type RunwayAccount, readRunwayAccount } from '../db/runway-account.ts'
import { readUsageSpend } from '../db/usage-spend.ts'
import type { RateBook } from './rate-book.ts'
import { type PriceOf, renewalPrices } from './renew-prices.ts'
import { readReserve } from './renew-reserve.ts'

const DAY_MS = 86_400_000
const HORIZON_MS = 365 * DAY_MS
/** Four weeks even out weekends; a younger account is judged by its last week, or by all it has. */
const BASIS_DAYS = 28
const SHORT_BASIS_DAYS = 7

export interface RunwayForecast extends Runway {
  readonly currency: string
  readonly available: Micros
  readonly basedOnDays: number
  /** The amount of the next recharge. */
  readonly rechargeAmount: Micros
  /** Of the next year, in their order. */
  readonly renewals: readonly RenewalAhead[]
  readonly sentence: string
}

export interface RenewalAhead extends DatedDebit {
  readonly number: string
}

interface Deps {
  readonly db: Db
  readonly clock: Clock
  readonly rateBook: RateBook
}

/** How long an account's credit lasts, from its last days' usage and the renewals to come. Null for an unknown account. */
export async function forecastRunway(
  { db, clock, rateBook }: Deps,
  account: string,
): Promise<RunwayForecast | null> {
  const now = clock.now()
  const found = await readRunwayAccount(db, account)
  if (!found) return null
  const priceOf = await renewalPrices(rateBook, [account])
  const reserve = await readReserve(db, { account, priceOf, now })
  const available = subtractMicros(subtractMicros(found.balance, found.held), reserve)
  const basedOnDays = basisDays(found.createdAt, now)
  const since = new Date(now.getTime() - basedOnDays * DAY_MS)
  const { amount } = await readUsageSpend(db, { account, since })
  const { reserveDays } = await readRenewalSettings(db, account)
  const numbers = await listRentedNumbers(db, [account])
  const renewals = numbers
    .flatMap((number) => renewalsOf(number, { now, reserveDays, priceOf }))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
  const recharge = rechargeOf(found)
  const spent = { amount, days: basedOnDays }
  const course = runway({ now, balance: found.balance, available, spent, renewals, recharge })
  const isUsedUp = available <= 0n
  return {
    ...course,
    currency: found.currency,
    available,
    basedOnDays,
    rechargeAmount: found.rechargeAmount,
    renewals,
    sentence: runwaySentence({ ...course, now, timeZone: found.timeZone, isUsedUp }),
  }
}

function basisDays(createdAt: Date, now: Date): number {
  const ageDays = (now.getTime() - createdAt.getTime()) / DAY_MS
  if (ageDays >= BASIS_DAYS) return BASIS_DAYS
  return Math.min(SHORT_BASIS_DAYS, Math.max(1, Math.ceil(ageDays)))
}

/** An account that is not active is not recharged either. */
function rechargeOf({ status, rechargeEnabled, pausedReason, rechargeThreshold, nextTryAt }: RunwayAccount) {
  if (status !== 'active' || !rechargeEnabled || pausedReason !== null) return null
  return { threshold: rechargeThreshold, notBefore: nextTryAt }
}

/** The renewals of a number in the next year, those that are overdue first. A suspended number has none to come. */
function renewalsOf(
  { account, number, state, anchor, lastChargedIndex }: PhoneNumber,
  { now, reserveDays, priceOf }: { now: Date; reserveDays: number; priceOf: PriceOf },
): RenewalAhead[] {
  if (state === 'suspended' || !isKnownZone(anchor.timeZone)) return []
  const lastIndex = periodAt(anchor, new Date(now.getTime() + HORIZON_MS))
  const ahead: RenewalAhead[] = []
  for (let index = lastChargedIndex + 1; index <= lastIndex; index++) {
    const { startsAt } = periodOf(anchor, index)
    const amount = priceOf({ account, number }, startsAt)?.amount
    if (amount === undefined) continue
    const setAsideAt = new Date(startsAt.getTime() - reserveDays * DAY_MS)
    const at = startsAt < now ? now : startsAt
    ahead.push({ number, at, amount, setAsideAt: reserveDays > 0 && setAsideAt < now ? null : setAsideAt })
  }
  return ahead
}
