import { type Micros, subtractMicros } from '../billing/money.ts'
import type { NumberState } from '../billing/number-lifecycle.ts'
import type { RenewalPeriod } from '../billing/renewal-calendar.ts'
import {
  decideRenewal,
  type RenewalFacts,
  type RenewalSettings,
  type RenewalStep,
} from '../billing/renewal-decision.ts'
import { nextPeriod } from '../billing/renewal-period.ts'
import { isKnownZone } from '../billing/renewal-zone.ts'
import type { NumberChange } from '../db/number-changes.ts'
import type { PhoneNumber } from '../db/phone-numbers.ts'
import type { RenewalCharge } from '../db/renewals.ts'
import type { PriceOf, RenewalPrice } from './renew-prices.ts'

/** By whom the histories of numbers say that a renewal did something. */
export const BY_RENEWALS = 'renewals'

export type RechargeState = RenewalFacts['recharge']

/** What decides about the numbers of an account at one moment. */
export interface RenewalMoment {
  readonly now: Date
  /** Periods that begin before it are due. */
  readonly dueBefore: Date
  readonly accountClosed: boolean
  readonly settings: RenewalSettings
  readonly priceOf: PriceOf
}

/** What credit pays of one number, and the step that remains when it pays no more. */
export interface PaidNumber {
  /** The number once that is paid. */
  readonly number: PhoneNumber
  readonly charges: readonly RenewalCharge[]
  readonly changes: readonly NumberChange[]
  readonly available: Micros
  readonly step: RenewalStep
  /** The period that would be charged next, and what it costs. */
  readonly next: RenewalPeriod | null
  readonly price: RenewalPrice | null
}

/** Charges what is due of a number, the oldest period first, as far as the credit goes. */
export function payDue(
  number: PhoneNumber,
  { available, recharge }: { available: Micros; recharge: RechargeState },
  moment: RenewalMoment,
): PaidNumber {
  const charges: RenewalCharge[] = []
  const changes: NumberChange[] = []
  let current = number
  let left = available
  for (;;) {
    const facts = { ...moment, ...current, available: left, recharge }
    const next = isKnownZone(current.anchor.timeZone) ? nextPeriod(facts) : null
    const price = next && moment.priceOf(current, next.startsAt)
    const step = decideRenewal({ ...facts, price: price?.amount ?? null })
    const { decision } = step
    if (decision.do !== 'charge' || !price) {
      return { number: current, charges, changes, available: left, step, next, price }
    }
    const { period, amount, becomes } = decision
    const { account } = number
    charges.push({ ...price, account, number: number.number, period })
    if (becomes !== current.state) changes.push(comeBack(becomes, period))
    left = subtractMicros(left, amount)
    current = afterCharge(current, { index: period.index, becomes, now: moment.now })
  }
}

/** A number as it is once a period of it is charged. */
export function afterCharge(
  number: PhoneNumber,
  { index, becomes, now }: { index: number; becomes: NumberState; now: Date },
): PhoneNumber {
  return {
    ...number,
    state: becomes,
    stateSince: becomes === number.state ? number.stateSince : now,
    lastChargedIndex: index,
    noticedAt: becomes === 'active' ? {} : number.noticedAt,
  }
}

function comeBack(state: NumberState, { key }: RenewalPeriod): NumberChange {
  return { event: 'come_back', state, reason: `the renewal of ${key} is paid`, by: BY_RENEWALS }
}
