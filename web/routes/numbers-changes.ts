import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { portOutNumber, releaseNumber } from '../../jobs/change-number.ts'
import type { NumberResult, NumberWish } from '../../jobs/number-result.ts'
import { reassignNumber } from '../../jobs/reassign-number.ts'
import { renewalPrices } from '../../jobs/renew-prices.ts'
import { restoreNumber } from '../../jobs/restore-number.ts'
import { doneNumber, numberAnswer, numberIn, numberSchema } from '../number-answer.ts'
import { readBody } from '../parameters.ts'
import { ACTING_USER, actingUserIn } from '../request-headers.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute, type Route, type WebContext } from '../route.ts'

const path = '/v1/accounts/:account/numbers/:number'
const answers = { status: 200, content: { 'application/json': numberSchema } } as const

const reassignmentSchema = z.object({
  account: z.string('must be the account that is to have the number'),
})

/** Gives a number back. For 10 days it can be restored, unless somebody else buys it. */
export const release = defineChange({
  method: 'DELETE',
  path,
  customers: 'manage',
  idempotency: 'optional',
  summary: 'Releases a number; what has begun is charged first',
  change: releaseNumber,
})

/** Brings a released number back within 10 days. */
export const restore = defineChange({
  method: 'POST',
  path: `${path}/restore`,
  customers: 'manage',
  idempotency: 'required',
  summary: 'Restores a number that was released within the last 10 days; charges its month unless it is paid',
  change: restoreNumber,
})

/** The number goes to another carrier. */
export const portOut = defineChange({
  method: 'POST',
  path: `${path}/port-out`,
  idempotency: 'required',
  summary: 'A number leaves for another carrier, whatever is owed for it',
  change: portOutNumber,
})

/** The number goes to another account, with the month that is paid. */
export const reassign = defineChange({
  method: 'POST',
  path: `${path}/reassign`,
  idempotency: 'required',
  summary: 'Moves a number to another account, with the month that is paid',
  body: { 'application/json': reassignmentSchema },
  change: (context, wish, request) =>
    reassignNumber(context, { ...wish, to: readBody(reassignmentSchema, request).account }),
})

function defineChange({
  change,
  ...route
}: Pick<Route, 'method' | 'path' | 'summary' | 'body' | 'customers' | 'idempotency'> & {
  change(context: WebContext, wish: NumberWish, request: FastifyRequest): Promise<NumberResult>
}): Route {
  return defineRoute({
    ...route,
    scope: 'manage',
    query: z.strictObject({}),
    headers: [ACTING_USER],
    problems: ['number-refused', 'unknown-number'],
    answers,

    async handle({ request }, context) {
      const account = await requireAccount(context.db, request)
      const wish = { account, number: numberIn(request), by: actingUserIn(request) }
      const changed = doneNumber(await change(context, wish, request))
      const priceOf = await renewalPrices(context.rateBook, [changed.account])
      return numberAnswer(changed, { priceOf, now: context.clock.now() })
    },
  })
}
