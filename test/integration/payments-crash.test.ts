import { describe, expect, it } from 'vitest'
import type { Tx } from '../../db/transaction.ts'
import { inTransaction } from '../../db/transaction.ts'
import { advance } from '../../jobs/advance.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { startRecharge } from '../../jobs/start-recharge.ts'
import type { CardBehaviour } from '../../sandbox/fake-stripe/test-cards.ts'
import { openManyAccounts } from '../support/payments-accounts.ts'
import { crashAt } from '../support/payments-crash.ts'
import { DAY_MS, expectAtRest, type PaymentFaults, setupPaymentFaults } from '../support/payments-faults.ts'

const TIMEOUT_MS = 120_000
/** More points than any of the stories has. */
const POINTS_MAX = 90

const STORIES: readonly { story: string; card: CardBehaviour; captures: number }[] = [
  { story: 'a charge', card: { kind: 'succeeds' }, captures: 1 },
  {
    story: 'a decline',
    card: { kind: 'declines', decline: { declineCode: 'stolen_card' } },
    captures: 0,
  },
  {
    story: 'a charge that the customer has to authenticate',
    card: { kind: 'asks_to_authenticate' },
    captures: 0,
  },
]

describe.each(STORIES)('$story', ({ card, captures }) => {
  it(
    'whose worker dies before any statement, before any request or after any answer comes to the same end by itself',
    async () => {
      const payments = await setupPaymentFaults()
      const points = await countPoints(payments, card)
      expect(points).toBeGreaterThan(20)
      expect(points).toBeLessThan(POINTS_MAX)
      for (let point = 1; point <= points; point++) {
        await behaveAs(payments, `acct_${point}`, card)
        expect(await crashAt(payments, point, (deps) => recharge(deps, `acct_${point}`))).toBe(point)
      }
      await payments.pass(4 * DAY_MS)
      for (let point = 0; point <= points; point++) {
        expect({ point, captures: await capturesOf(payments, `acct_${point}`) }).toEqual({ point, captures })
      }
      await expectAtRest(payments)
    },
    TIMEOUT_MS,
  )
})

async function countPoints(payments: PaymentFaults, card: CardBehaviour): Promise<number> {
  await openManyAccounts(payments, POINTS_MAX)
  // Only those that a worker of this test dies for may be recharged.
  await payments.db.updateTable('auto_recharges').set({ wake_at: null }).execute()
  await behaveAs(payments, 'acct_0', card)
  return await crashAt(payments, Number.POSITIVE_INFINITY, (deps) => recharge(deps, 'acct_0'))
}

async function behaveAs(payments: PaymentFaults, account: string, behaviour: CardBehaviour): Promise<void> {
  const { db, clock, stripe } = payments
  const card = await db
    .selectFrom('cards')
    .select('id')
    .where('account_id', '=', account)
    .executeTakeFirstOrThrow()
  await stripe.stories.behave(card.id, behaviour)
  await db
    .updateTable('auto_recharges')
    .set({ wake_at: clock.now() })
    .where('account_id', '=', account)
    .execute()
}

async function recharge(deps: PaymentDeps, account: string): Promise<void> {
  const topup = await inTransaction(deps.db, (tx: Tx) => startRecharge(tx, deps, account))
  if (topup) await advance(deps, topup)
}

async function capturesOf({ db, stripe }: PaymentFaults, account: string): Promise<number> {
  const rows = await db
    .selectFrom('topups')
    .select('payment_intent_id')
    .where('account_id', '=', account)
    .execute()
  const payments = [...stripe.state.paymentIntents.values()].filter(
    ({ metadata }) => metadata['ringledger_account'] === account,
  )
  expect(rows.length, account).toBeGreaterThan(0)
  return payments.filter(({ status }) => status === 'succeeded').length
}
