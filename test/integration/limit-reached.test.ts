import { describe, expect, test } from 'vitest'
import type { ReachedLimit } from '../../billing/hold-limits.ts'
import { readAutoRecharge, resumeAutoRecharge } from '../../db/auto-recharge.ts'
import { lockAccount } from '../../db/lock-account.ts'
import { inTransaction } from '../../db/transaction.ts'
import { noteLimitReached } from '../../jobs/limit-reached.ts'
import { type Payments, setupPayments, usd } from '../support/payments.ts'

const HOUR: ReachedLimit = { limit: 'spend_per_hour', prefix: null, max: usd('100') }
const DAY: ReachedLimit = { limit: 'spend_per_day', prefix: null, max: usd('300') }
const PREFIX: ReachedLimit = { limit: 'prefix_spend', prefix: '979', max: usd('20') }
const PREFIX_CALLS: ReachedLimit = { limit: 'prefix_calls', prefix: '979', max: 2 }
const CALLS: ReachedLimit = { limit: 'concurrent_calls', prefix: null, max: 50 }

const reach = ({ db, deps }: Payments, limit: ReachedLimit) =>
  inTransaction(db, async (tx) => {
    await lockAccount(tx, 'acct_a')
    await noteLimitReached(tx, deps, { account: 'acct_a', limit })
  })

/** What has followed: why auto-recharge rests, the findings, and what was told. */
async function outcomeOf({ db }: Payments) {
  const findings = await db
    .selectFrom('findings')
    .select(['subject', 'severity', 'evidence', 'account_id'])
    .where('kind', '=', 'limit_reached')
    .orderBy('subject')
    .execute()
  const mails = await db
    .selectFrom('mails')
    .select(['recipients', 'content'])
    .where('template', '=', 'limit_reached')
    .execute()
  const paused = (await readAutoRecharge(db, 'acct_a'))?.pausedReason ?? null
  return { paused, findings, mails }
}

describe('a limit that is reached', () => {
  test.each([
    ['of the hour', HOUR, 'acct_a/spend_per_hour', '100.000000'],
    ['of the day', DAY, 'acct_a/spend_per_day', '300.000000'],
    ['on the spending of a prefix', PREFIX, 'acct_a/prefix_spend/979', '20.000000'],
    ['on the calls of a prefix', PREFIX_CALLS, 'acct_a/prefix_calls/979', 2],
  ])('%s pauses auto-recharge, notes a finding and tells the customer', async (_, limit, subject, max) => {
    const payments = await setupPayments()
    await reach(payments, limit)
    const { paused, findings, mails } = await outcomeOf(payments)
    expect(paused).toBe('limit_reached')
    expect(findings).toEqual([
      {
        subject,
        severity: 'critical',
        evidence: { limit: limit.limit, prefix: limit.prefix, max },
        account_id: 'acct_a',
      },
    ])
    expect(mails).toEqual([
      {
        recipients: ['billing@example.com'],
        content: expect.objectContaining({
          autoRecharge: 'paused',
          reached: expect.objectContaining({ limit: limit.limit, max }),
        }),
      },
    ])
    expect(payments.logged.lines).toContainEqual(
      expect.objectContaining({ msg: 'limit reached', alert: true, account: 'acct_a' }),
    )
  })

  test('again, and another one after it, tell nobody twice', async () => {
    const payments = await setupPayments()
    for (const limit of [HOUR, HOUR, DAY, HOUR]) {
      await reach(payments, limit)
      payments.clock.advance(60_000)
    }
    const { findings, mails } = await outcomeOf(payments)
    expect(findings.map(({ subject }) => subject)).toEqual(['acct_a/spend_per_day', 'acct_a/spend_per_hour'])
    expect(mails).toHaveLength(1)
  })

  test('once more after auto-recharge was turned on again pauses it and tells it again', async () => {
    const payments = await setupPayments()
    await reach(payments, HOUR)
    payments.clock.advance(60_000)
    await inTransaction(payments.db, (tx) => resumeAutoRecharge(tx, 'acct_a', payments.clock.now()))
    await reach(payments, HOUR)
    const { paused, findings, mails } = await outcomeOf(payments)
    expect({ paused, findings: findings.length, mails: mails.length }).toEqual({
      paused: 'limit_reached',
      findings: 1,
      mails: 2,
    })
  })

  test('where auto-recharge is off pauses nothing, and is told once', async () => {
    const payments = await setupPayments()
    await payments.saveSettings({ enabled: false })
    await reach(payments, HOUR)
    payments.clock.advance(60_000)
    await reach(payments, HOUR)
    const { paused, mails } = await outcomeOf(payments)
    expect(paused).toBe(null)
    expect(mails.map(({ content }) => content)).toEqual([expect.objectContaining({ autoRecharge: 'off' })])
  })

  test('leaves nothing behind where the transaction that refuses does not commit', async () => {
    const payments = await setupPayments()
    const refusal = inTransaction(payments.db, async (tx) => {
      await noteLimitReached(tx, payments.deps, { account: 'acct_a', limit: HOUR })
      throw new Error('the desk is gone')
    })
    await expect(refusal).rejects.toThrow('the desk is gone')
    expect(await outcomeOf(payments)).toEqual({ paused: null, findings: [], mails: [] })
  })

  test('that only counts calls notes a warning, pauses nothing and tells nobody', async () => {
    const payments = await setupPayments()
    await reach(payments, CALLS)
    await reach(payments, CALLS)
    const { paused, findings, mails } = await outcomeOf(payments)
    expect({ paused, mails }).toEqual({ paused: null, mails: [] })
    expect(findings).toEqual([
      expect.objectContaining({ subject: 'acct_a/concurrent_calls', severity: 'warning' }),
    ])
  })
})

describe('auto-recharge that a limit paused', () => {
  test('charges nothing, whatever the balance', async () => {
    const payments = await setupPayments()
    await payments.registerCard()
    await reach(payments, HOUR)
    expect(await payments.recharge()).toBe(null)
  })

  test('does not go on by itself when another card is registered', async () => {
    const payments = await setupPayments()
    await reach(payments, HOUR)
    await payments.registerCard()
    expect((await outcomeOf(payments)).paused).toBe('limit_reached')
  })
})
