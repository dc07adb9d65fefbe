import { z } from 'zod'
import { formatUsd, subtractMicros, ZERO_MICROS } from '../../billing/money.ts'
import { serviceState } from '../../billing/service-state.ts'
import { readBalance } from '../../db/balance.ts'
import { loadReserve } from '../../jobs/renew-reserve.ts'
import { money, time } from '../answer-fields.ts'
import { accountIn, instant, unknownAccount } from '../parameters.ts'
import { defineRoute } from '../route.ts'

const balanceSchema = z
  .object({
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
  .meta({
    examples: [
      {
        account: 'harbor-realty',
        currency: 'USD',
        balance: '39.938400',
        held: '1.240000',
        reserved: '0.000000',
        available: '38.698400',
        service: 'active',
        reason: null,
        asOf: '2026-11-22T23:12:01.004Z',
      },
    ],
  })

/**
 * The credit of an account, now or after everything posted until `at`. An instant that has not come yet is answered as
 * of now. What an account's state was is not kept, nor what was set aside then: with `at`, `service` tells what its
 * present state would allow with that balance.
 */
export const balance = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/balance',
  scope: 'read',
  customers: 'read',
  summary: 'The credit of an account, now or after everything posted until an instant',
  description:
    'With `at` the balance after everything posted until then; what was held or reserved then is not kept.',
  query: z.strictObject({ at: instant.optional() }),
  answers: { status: 200, content: { 'application/json': balanceSchema } },

  async handle({ query, request }, { db, clock, rateBook }) {
    const account = accountIn(request)
    const now = clock.now()
    const past = query.at && query.at < now ? query.at : null
    const found = await readBalance(db, account, past)
    if (!found) throw unknownAccount()
    const reserved = past ? ZERO_MICROS : await loadReserve({ db, rateBook }, { account, now })
    const held = past ? ZERO_MICROS : found.held
    const available = subtractMicros(subtractMicros(found.balance, held), reserved)
    return {
      account,
      currency: found.currency,
      balance: formatUsd(found.balance),
      held: formatUsd(held),
      reserved: formatUsd(reserved),
      available: formatUsd(available),
      ...serviceState({ status: found.status, available }),
      asOf: (past ?? now).toISOString(),
    }
  },
})
