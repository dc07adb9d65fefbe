import { z } from 'zod'
import { formatUsd, ZERO_MICROS } from '../../billing/money.ts'
import { serviceState } from '../../billing/service-state.ts'
import { readBalance } from '../../db/balance.ts'
import { money, time } from '../answer-fields.ts'
import { accountIn, instant, unknownAccount } from '../parameters.ts'
import { defineRoute } from '../route.ts'

const balanceSchema = z.object({
  account: z.string(),
  currency: z.string(),
  balance: money,
  held: money,
  reserved: money,
  available: money,
  service: z.enum(['active', 'stopped']),
  reason: z.enum(['no_credit', 'account_suspended', 'account_closed']).nullable(),
  asOf: time,
})

/**
 * The credit of an account, now or after everything posted until `at`. An instant that has not come yet is answered as
 * of now. What an account's state was is not kept: with `at`, `service` tells what its present state would allow with
 * that balance.
 */
export const balance = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/balance',
  scope: 'read',
  summary: 'The credit of an account, now or after everything posted until an instant',
  query: z.strictObject({ at: instant.optional() }),
  answers: { status: 200, content: { 'application/json': balanceSchema } },

  async handle({ query, request }, { db, clock }) {
    const account = accountIn(request)
    const now = clock.now()
    const past = query.at && query.at < now ? query.at : null
    const found = await readBalance(db, account, past)
    if (!found) throw unknownAccount()
    return {
      account,
      currency: found.currency,
      balance: formatUsd(found.balance),
      held: formatUsd(ZERO_MICROS),
      reserved: formatUsd(ZERO_MICROS),
      available: formatUsd(found.balance),
      ...serviceState({ status: found.status, available: found.balance }),
      asOf: (past ?? now).toISOString(),
    }
  },
})
