import { describe, expect, it } from 'vitest'
import { listFindings } from '../../db/finding-list.ts'
import { readRun } from '../../db/run-list.ts'
import { inTransaction } from '../../db/transaction.ts'
import { keepUnrated } from '../../db/unrated-usage.ts'
import { expiringCards } from '../../jobs/nightly/expiring-cards.ts'
import { stripeReconciliation } from '../../jobs/nightly/stripe-reconciliation.ts'
import { unratedUsage } from '../../jobs/nightly/unrated-usage.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { balanceOf } from '../support/ledger.ts'
import { setupPayments, usd } from '../support/payments.ts'
import { DAY_MS, runContext, setupRuns } from '../support/runs.ts'

describe('usage that stays unrated', () => {
  it('is a finding for each reason, with counts of each night, until none waits', async () => {
    const { db, clock, context, logged } = await setupRuns()
    const keep = (ids: readonly string[], reason: string) =>
      inTransaction(db, (tx) =>
        keepUnrated(
          tx,
          ids.map((id) => ({ account: 'acct_a', recordId: id, reason, message: 'none', record: `"${id}"` })),
          clock.now(),
        ),
      )
    const night = async () => {
      clock.advance(DAY_MS)
      await runOwedDates(context, unratedUsage)
    }
    const open = async () =>
      (await listFindings(db, { all: false, limit: 10 })).map(({ subject, evidence }) => ({
        subject,
        evidence,
      }))
    await runOwedDates(context, unratedUsage)
    await keep(['r1', 'r2'], 'no_rate')
    await keep(['c1'], 'conflict')
    await night()
    const oldestAt = '2026-03-02T12:00:00.000Z'
    expect(await open()).toEqual(
      expect.arrayContaining([
        { subject: 'no_rate', evidence: { records: 2, accounts: 1, oldestAt } },
        { subject: 'conflict', evidence: { records: 1, accounts: 1, oldestAt } },
      ]),
    )
    clock.advance(-DAY_MS / 2)
    await keep(['r3'], 'no_rate')
    clock.advance(DAY_MS / 2)
    await db
      .updateTable('unrated_usage')
      .set({ rated_at: clock.now() })
      .where('reason', '=', 'conflict')
      .execute()
    await night()
    expect(await open()).toEqual([{ subject: 'no_rate', evidence: { records: 3, accounts: 1, oldestAt } }])
    expect(
      logged.lines.filter(({ alert }) => alert),
      'alerts, one a finding',
    ).toHaveLength(2)
  })
})

describe('cards that expire next month', () => {
  it('are told to their customer once, where auto-recharge is on', async () => {
    const payments = await setupPayments()
    const { db, clock } = payments
    await payments.registerCard()
    await payments.registerCard('pm_card_mastercard', { role: 'backup' })
    await payments.registerCard('pm_card_visa', { account: 'acct_b' })
    await payments.saveSettings({ enabled: false }, 'acct_b')
    await db
      .updateTable('cards')
      .set({ expiry_month: 4, expiry_year: 2026 })
      .where('role', '=', 'default')
      .execute()
    const context = runContext({ db, clock })
    await runOwedDates(context, expiringCards)
    clock.advance(DAY_MS)
    await runOwedDates(context, expiringCards)
    const mails = await db.selectFrom('mails').selectAll().where('template', '=', 'card_expires').execute()
    expect(mails).toEqual([
      expect.objectContaining({
        account_id: 'acct_a',
        recipients: ['billing@example.com'],
        event: expect.stringMatching(/^card\/pm_\w+\/2026-04$/),
        content: expect.objectContaining({ role: 'default', expiryMonth: 4, expiryYear: 2026 }),
      }),
    ])
    expect(await readRun(db, { kind: 'expiring-cards', date: '2026-03-01' })).toMatchObject({ done: 1 })
    expect(await readRun(db, { kind: 'expiring-cards', date: '2026-03-02' })).toMatchObject({ done: 0 })
  })

  it('of January are told in December', async () => {
    const payments = await setupPayments()
    const { db, clock } = payments
    await payments.registerCard()
    await db.updateTable('cards').set({ expiry_month: 1, expiry_year: 2027 }).execute()
    clock.set('2026-12-01T00:10:00Z')
    await runOwedDates(runContext({ db, clock }), expiringCards)
    expect(await readRun(db, { kind: 'expiring-cards', date: '2026-11-30' })).toMatchObject({ done: 1 })
  })
})

describe('the reconciliation with Stripe', () => {
  it('closes a gap that a lost webhook left', async () => {
    const payments = await setupPayments()
    await payments.registerCard()
    const topup = await payments.recharge()
    const { payment_intent_id } = await payments.db
      .selectFrom('topups')
      .select('payment_intent_id')
      .where('id', '=', topup ?? '')
      .executeTakeFirstOrThrow()
    await payments.stripe.stories.refund(payment_intent_id ?? '', 1_000)
    await runOwedDates({ ...runContext(payments), stripe: payments.deps.stripe }, stripeReconciliation)
    expect(await balanceOf(payments.db)).toBe(usd('90'))
    expect(await readRun(payments.db, { kind: 'stripe-reconciliation', date: '2026-03-01' })).toMatchObject({
      finishedAt: expect.any(Date),
    })
  })

  it('waits for Stripe, and for nothing where there is none', async () => {
    const payments = await setupPayments()
    const key = { kind: 'stripe-reconciliation', date: '2026-03-01' }
    payments.stripe.faults.next('html_502_before', { method: 'GET', path: '/v1/payment_intents' })
    const run = () =>
      runOwedDates({ ...runContext(payments), stripe: payments.deps.stripe }, stripeReconciliation)
    await expect(run()).rejects.toThrow('no definite answer')
    expect(await readRun(payments.db, key)).toMatchObject({ finishedAt: null })
    await run()
    expect(await readRun(payments.db, key)).toMatchObject({ finishedAt: expect.any(Date) })
    payments.clock.advance(DAY_MS)
    await runOwedDates(runContext(payments), stripeReconciliation)
    expect(await readRun(payments.db, { ...key, date: '2026-03-02' })).toMatchObject({ done: 0 })
  })
})
