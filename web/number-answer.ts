import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { formatUsd } from '../billing/money.ts'
import { NUMBER_EVENTS, NUMBER_STATES } from '../billing/number-lifecycle.ts'
import { nextPeriod } from '../billing/renewal-period.ts'
import { isKnownZone } from '../billing/renewal-zone.ts'
import type { NumberChange } from '../db/number-changes.ts'
import type { PhoneNumber } from '../db/phone-numbers.ts'
import type { NumberResult } from '../jobs/number-result.ts'
import type { PriceOf } from '../jobs/renew-prices.ts'
import { money, time } from './answer-fields.ts'
import { partIn, unknownAccount } from './parameters.ts'
import { Problem } from './problem.ts'

export const NUMBER = /^(\+[1-9]\d{2,14}|\d{2,8})$/

/** A number as clients see it. */
export const numberSchema = z.object({
  number: z.string(),
  state: z.enum(NUMBER_STATES),
  since: time,
  boughtAt: time,
  timeZone: z.string(),
  /** The month that is charged next, by the rates of now; null for a number that is gone. */
  nextRenewal: z.object({ period: z.string(), startsAt: time, price: money.nullable() }).nullable(),
})

export const numberWithHistorySchema = numberSchema.extend({
  history: z.array(
    z.object({
      at: time,
      event: z.enum(NUMBER_EVENTS),
      state: z.enum(NUMBER_STATES),
      reason: z.string(),
      by: z.string(),
    }),
  ),
})

export function numberAnswer(number: PhoneNumber, { priceOf, now }: { priceOf: PriceOf; now: Date }) {
  const isReadable = isKnownZone(number.anchor.timeZone)
  const next = isReadable ? nextPeriod({ ...number, now, dueBefore: now }) : null
  const price = next && priceOf(number, next.startsAt)
  return {
    number: number.number,
    state: number.state,
    since: number.stateSince.toISOString(),
    boughtAt: number.anchor.at.toISOString(),
    timeZone: number.anchor.timeZone,
    nextRenewal: next && {
      period: next.key,
      startsAt: next.startsAt.toISOString(),
      price: price && formatUsd(price.amount),
    },
  }
}

export function historyAnswer(changes: readonly (NumberChange & { readonly at: Date })[]) {
  return changes.map(({ at, ...change }) => ({ at: at.toISOString(), ...change }))
}

/** The number in the address. One that cannot be one is a number that the account does not have. */
export function numberIn(request: FastifyRequest): string {
  const number = partIn(request, 'number', NUMBER)
  if (number !== null) return number
  throw unknownNumber()
}

export function unknownNumber(): Problem {
  return new Problem('unknown-number', { detail: 'the account has no such number' })
}

/** The number that something was done with; throws the problem of why nothing was. */
export function doneNumber(result: NumberResult): PhoneNumber {
  if (result.kind === 'done') return result.number
  const { code, message: detail } = result
  if (code === 'number_unknown') throw unknownNumber()
  if (code === 'unknown_account') throw unknownAccount()
  if (code === 'other_request') throw new Problem('idempotency-key-reused', { detail })
  throw new Problem('number-refused', { detail, members: { code } })
}
