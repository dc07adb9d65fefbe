import { describe, expect, test } from 'vitest'
import { parseUsd } from '../../billing/money.ts'
import { DEFAULT_SERVICE_POLICY } from '../../billing/service-policy.ts'
import { readAutoRecharge } from '../../db/auto-recharge.ts'
import type { Db } from '../../db/connect.ts'
import { callAsk } from '../support/holds.ts'
import { balanceOf } from '../support/ledger.ts'
import { CAPPED, setupFraudNight, UNCAPPED } from '../support/toll-fraud.ts'

const { limits, prefixCaps } = DEFAULT_SERVICE_POLICY
const SEED = 20_260_302

/** What calls of acct_a were charged, the largest sum in one window of `length` characters of an ISO instant. */
async function largestSpend(db: Db, length: number): Promise<bigint> {
  const entries = await db
    .selectFrom('entries')
    .select(['posted_at', 'amount_micros'])
    .where('account_id', '=', 'acct_a')
    .where('item', '=', 'phone_call')
    .execute()
  return largest(
    entries.map((entry) => [entry.posted_at.toISOString().slice(0, length), -entry.amount_micros]),
  )
}

/** The same of calls to a prefix, by the day in which they were asked for. */
async function largestSpendOfPrefix(db: Db, prefix: string): Promise<bigint> {
  const records = await db
    .selectFrom('usage_records')
    .select(['occurred_at', 'amount_micros'])
    .where('account_id', '=', 'acct_a')
    .where('to_number', 'like', `+${prefix}%`)
    .execute()
  return largest(
    records.map((record) => [record.occurred_at.toISOString().slice(0, 10), record.amount_micros]),
  )
}

function largest(amounts: readonly (readonly [string, bigint])[]): bigint {
  const sums = new Map<string, bigint>()
  for (const [window, amount] of amounts) sums.set(window, (sums.get(window) ?? 0n) + amount)
  return [...sums.values()].reduce((most, sum) => (sum > most ? sum : most), 0n)
}

async function alarmsOf(db: Db) {
  const mails = await db.selectFrom('mails').select('id').where('template', '=', 'limit_reached').execute()
  const findings = await db
    .selectFrom('findings')
    .select('subject')
    .where('kind', '=', 'limit_reached')
    .orderBy('subject')
    .execute()
  return { mails: mails.length, findings: findings.map(({ subject }) => subject) }
}

/** The automatic top-ups, and how many of them began after auto-recharge was paused. */
async function topupsOf(db: Db) {
  const { paused_at: pausedAt } = await db
    .selectFrom('auto_recharges')
    .select('paused_at')
    .where('account_id', '=', 'acct_a')
    .executeTakeFirstOrThrow()
  const topups = await db.selectFrom('topups').select('created_at').execute()
  if (pausedAt === null) throw new Error('auto-recharge is not paused')
  return { all: topups.length, later: topups.filter(({ created_at: at }) => at > pausedAt).length }
}

describe('a night of toll fraud', () => {
  test('costs no more than the limits of hours, days and prefixes, however much credit there is', async () => {
    const bursts = 50
    const night = await setupFraudNight({ seed: SEED, targets: [...CAPPED, ...UNCAPPED] })
    const { db, clock, desk } = night.holds
    await night.holds.credit('5000', 'acct_a')
    await night.holds.credit('500', 'acct_b')
    clock.set('2026-03-02T20:30:00Z')
    await night.play(bursts)

    const [hour, day] = [await largestSpend(db, 13), await largestSpend(db, 10)]
    expect(hour).toBeLessThanOrEqual(limits.spendPerHour)
    expect(hour, 'the night comes near the limit').toBeGreaterThan(parseUsd('90'))
    expect(day).toBeLessThanOrEqual(limits.spendPerDay)
    expect(day, 'the night comes near the limit').toBeGreaterThan(parseUsd('290'))
    for (const { prefix, spendPerDay } of prefixCaps) {
      expect(await largestSpendOfPrefix(db, prefix), prefix).toBeLessThanOrEqual(spendPerDay ?? 0n)
    }
    expect(await largestSpendOfPrefix(db, '979')).toBeGreaterThan(parseUsd('15'))

    const { mails, findings } = await alarmsOf(db)
    expect(mails).toBe(1)
    expect(findings).toEqual([
      ...['870', '882', '979'].map((prefix) => `acct_a/prefix_calls/${prefix}`),
      ...['870', '882', '979'].map((prefix) => `acct_a/prefix_spend/${prefix}`),
      'acct_a/spend_per_day',
      'acct_a/spend_per_hour',
    ])
    expect((await readAutoRecharge(db, 'acct_a'))?.pausedReason).toBe('limit_reached')
    expect(night.outcomes.get('acct_b granted'), 'every call of an ordinary account').toBe(bursts)

    const emergency = await desk.ask(callAsk({ requestId: 'help', to: '911' }))
    expect(emergency).toMatchObject({ kind: 'granted', amount: 0n })
  })

  test('to capped prefixes pauses auto-recharge before it has charged anything', async () => {
    const bursts = 12
    const night = await setupFraudNight({ seed: SEED, targets: CAPPED })
    const { db } = night.holds
    await night.holds.credit('30', 'acct_a')
    await night.holds.credit('100', 'acct_b')
    await night.play(bursts)

    expect(await topupsOf(db)).toEqual({ all: 0, later: 0 })
    expect(await balanceOf(db), 'the credit is gone, and no more than that').toBe(0n)
    expect(await alarmsOf(db)).toMatchObject({ mails: 1 })
    expect(night.outcomes.get('acct_b granted')).toBe(bursts)
  })

  test('to other prefixes is fuelled by auto-recharge only until the limit of the hour is reached', async () => {
    const bursts = 20
    const night = await setupFraudNight({ seed: SEED, targets: UNCAPPED })
    const { db } = night.holds
    await night.holds.credit('40', 'acct_a')
    await night.holds.credit('100', 'acct_b')
    await night.play(bursts)

    expect(await topupsOf(db)).toEqual({ all: 1, later: 0 })
    expect(await largestSpend(db, 13)).toBeLessThanOrEqual(limits.spendPerHour)
    expect(await balanceOf(db), 'the credit is gone, and no more than that').toBe(0n)
    expect(await alarmsOf(db)).toEqual({ mails: 1, findings: ['acct_a/spend_per_hour'] })
    expect(night.outcomes.get('acct_b granted')).toBe(bursts)
  })
})
