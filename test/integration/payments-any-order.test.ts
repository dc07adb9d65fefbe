import { expect, it } from 'vitest'
import { micros } from '../../billing/money.ts'
import { toPayment } from '../../clients/stripe-payment.ts'
import { toDispute, toRefund } from '../../clients/stripe-return.ts'
import { openAttempt } from '../../db/topup-attempts.ts'
import { openTopup, storePayment } from '../../db/topups.ts'
import { inTransaction } from '../../db/transaction.ts'
import { applyDispute } from '../../jobs/apply-dispute.ts'
import { applyPayment } from '../../jobs/apply-payment.ts'
import { applyRefund } from '../../jobs/apply-refund.ts'
import { type PaymentFaults, setupPaymentFaults } from '../support/payments-faults.ts'
import { openAccounts } from '../support/usage.ts'

type Apply = (account: string) => Promise<unknown>

const TIMEOUT_MS = 180_000
/** Accounts that are worked at the same time. */
const LANES = 4

/**
 * What was read at Stripe at each step of one payment's life, for any account: it succeeded, some of it was refunded, the
 * refund failed, it was disputed, the money was withdrawn, and came back.
 */
async function readLife(payments: PaymentFaults): Promise<Apply[]> {
  const { deps, stripe } = payments
  const card = await payments.registerCard()
  await stripe.stories.behave(card, { kind: 'succeeds' })
  await payments.recharge()
  const [intent] = stripe.state.paymentIntents.values()
  if (!intent) throw new Error('nothing was charged')
  const paid = toPayment(structuredClone(intent))
  const made = await stripe.stories.refund(intent.id, 2_500)
  const refunded = toRefund({ ...made, status: 'pending' })
  const failed = toRefund({ ...made, status: 'failed' })
  const opened = await stripe.stories.openDispute(intent.id)
  const disputed = toDispute({ ...opened, balance_transactions: [] })
  const withdrawn = toDispute(opened)
  await stripe.stories.closeDispute(opened.id, 'won')
  const closed = stripe.state.disputes.get(opened.id)
  if (!closed) throw new Error('the dispute is gone')
  const reinstated = toDispute(structuredClone(closed))
  await stripe.stories.failRefund(made.id)
  await payments.deliverEvents()
  const own = (account: string) => ({ id: `pi_${account}`, topup: topupOf(account), account })
  const of = (account: string, id: string) => ({ id: `${id}_${account}`, paymentId: `pi_${account}` })
  return [
    (account) => applyPayment(deps, { ...paid, ...own(account) }),
    (account) => applyRefund(deps, { ...refunded, ...of(account, 're') }),
    (account) => applyRefund(deps, { ...failed, ...of(account, 're') }),
    (account) => applyDispute(deps, { ...disputed, ...of(account, 'dp') }),
    (account) => applyDispute(deps, { ...withdrawn, ...of(account, 'dp') }),
    (account) => applyDispute(deps, { ...reinstated, ...of(account, 'dp') }),
  ]
}

it(
  'what is read of a payment, its refund and its dispute, taken over in any of the 720 orders, ends in the same',
  async () => {
    const payments = await setupPaymentFaults()
    const life = await readLife(payments)
    const orders = permutations(life)
    expect(orders).toHaveLength(720)
    const accounts = orders.map((_, n) => accountOf(n))
    await openAccounts(payments.db, payments.clock, accounts)
    const work = async (lane: number) => {
      for (let n = lane; n < orders.length; n += LANES) {
        await beginTopup(payments, accountOf(n))
        for (const apply of orders[n] ?? []) await apply(accountOf(n))
      }
    }
    await Promise.all(Array.from({ length: LANES }, (_, lane) => work(lane)))

    const ends = await Promise.all(accounts.map((account) => endOf(payments, account)))
    expect(new Set(ends)).toEqual(
      new Set([
        '{"balance":"100000000","status":"active","paused":"dispute","topup":"succeeded","refund":"failed","dispute":"won","entries":5}',
      ]),
    )
  },
  TIMEOUT_MS,
)

const accountOf = (n: number) => `life_${String(n).padStart(3, '0')}`
const topupOf = (account: string) => `00000000-0000-4000-8000-000000000${account.slice(-3)}`

/** As far as it is when Stripe begins to tell. */
async function beginTopup({ db, clock }: PaymentFaults, account: string): Promise<void> {
  const now = clock.now()
  const topup = { account, id: topupOf(account) }
  await inTransaction(db, async (tx) => {
    const intent = {
      origin: 'auto',
      idempotencyKey: null,
      requestedBy: null,
      amount: micros(100_000_000n),
    } as const
    await openTopup(tx, { ...topup, ...intent }, { now, nextCheckAt: now })
    const card = { id: `pm_${account}`, fingerprint: account }
    await openAttempt(tx, { topup, card, automatic: true }, now)
    await storePayment(tx, topup, `pi_${account}`)
  })
}

async function endOf({ db }: PaymentFaults, account: string): Promise<string> {
  const row = await db
    .selectFrom('accounts as a')
    .innerJoin('auto_recharges as r', 'r.account_id', 'a.id')
    .innerJoin('topups as t', 't.account_id', 'a.id')
    .innerJoin('refunds as f', 'f.account_id', 'a.id')
    .innerJoin('disputes as d', 'd.account_id', 'a.id')
    .select(['a.balance_micros', 'a.entry_seq', 'a.status', 'r.paused_reason'])
    .select(['t.status as topup', 'f.status as refund', 'd.status as dispute'])
    .where('a.id', '=', account)
    .executeTakeFirstOrThrow()
  const { topup, refund, dispute, status } = row
  const money = { balance: String(row.balance_micros) }
  const entries = Number(row.entry_seq)
  return JSON.stringify({ ...money, status, paused: row.paused_reason, topup, refund, dispute, entries })
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}
