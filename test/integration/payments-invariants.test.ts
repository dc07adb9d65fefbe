import { expect, it, onTestFinished } from 'vitest'
import { connect } from '../../db/connect.ts'
import { checkInvariants } from '../../db/invariants.ts'
import { createTestDatabase } from '../support/database.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { withClient } from '../support/pg-client.ts'
import { openAccounts } from '../support/usage.ts'

const T1 = '11111111-1111-4111-8111-111111111111'
const T2 = '22222222-2222-4222-8222-222222222222'
const START = `timestamptz '2026-03-02 12:00:00Z'`

const topup = (
  id: string,
  status: string,
  { payment = 'pi_1', after = '0 hours', micros = 100_000_000 } = {},
) => {
  const settled = ['succeeded', 'failed', 'canceled'].includes(status)
  const at = `${START} + interval '${after}'`
  return `insert into topups (account_id, id, origin, amount_micros, status, payment_intent_id, created_at, settled_at, next_check_at)
    values ('acct_a', '${id}', 'auto', ${micros}, '${status}', '${payment}', ${at}, ${settled ? at : 'null'}, ${settled ? 'null' : at})`
}

const attempt = (topupId: string, { number = 1, after = '0 hours', declined = true } = {}) => {
  const at = `${START} + interval '${after}'`
  const end = declined
    ? `'declined', 'retry_later', '{}', ${at}, ${at}`
    : `'created', null, null, ${at}, null`
  return `insert into topup_attempts
    (account_id, topup_id, number, card_id, fingerprint, automatic, status, decline_class, decline, created_at, settled_at)
    values ('acct_a', '${topupId}', ${number}, 'pm_1', 'f_1', true, ${end})`
}

const mail = (topupId: string) =>
  `insert into mails (account_id, id, template, event, recipients, content, state, created_at)
   values ('acct_a', gen_random_uuid(), 'recharge_failed', 'topup/${topupId}', '{}', '{}', 'suppressed', ${START})`

/** Entries that leave the balance and its counter right. */
const entries = (...sources: readonly (readonly [item: string, source: string, micros: number])[]) => {
  let balance = 0
  const rows = sources.map(([item, source, micros], index) => {
    balance += micros
    return `('acct_a', ${index + 1}, '${item}', 'clearing:stripe', ${micros}, ${balance}, '${source}', ${START}, ${START})`
  })
  return `insert into entries (account_id, seq, item, contra, amount_micros, balance_after_micros, source, occurred_at, posted_at)
    values ${rows.join(', ')};
    update accounts set balance_micros = ${balance}, entry_seq = ${rows.length}, last_posted_at = ${START} where id = 'acct_a'`
}

const PAYMENT = ['funds_added', 'payment/pi_1', 100_000_000] as const

const refund = (status: string) =>
  `insert into refunds values ('acct_a', 're_1', 'pi_1', 40000000, '${status}', ${START})`

const dispute = `insert into disputes values ('acct_a', 'dp_1', 'pi_1', 100000000, 'won', ${START}, ${START})`

const ENTRY_OF_TOPUP =
  'a top-up has the entry of its amount if it succeeded and none if not, unless a finding tells of it'
const REFUND = 'a refund is taken from its account once, and is back if it failed'
const DISPUTE = 'what a dispute moves is known, and no more comes back than was taken'
const DECLINE_DAY =
  'an account is not charged automatically within a day of a decline, unless a card was registered since'

const BROKEN: readonly { rule: string; by: string; sql: readonly string[] }[] = [
  {
    rule: 'an account has at most one open top-up',
    by: 'two of them',
    sql: [
      'drop index one_open_topup_per_account',
      topup(T1, 'created'),
      topup(T2, 'unknown', { payment: 'pi_2' }),
    ],
  },
  { rule: ENTRY_OF_TOPUP, by: 'a success without an entry', sql: [topup(T1, 'succeeded')] },
  { rule: ENTRY_OF_TOPUP, by: 'an entry of a cancelled one', sql: [topup(T1, 'canceled'), entries(PAYMENT)] },
  {
    rule: ENTRY_OF_TOPUP,
    by: 'an entry of another amount',
    sql: [topup(T1, 'succeeded', { micros: 60_000_000 }), entries(PAYMENT)],
  },
  {
    rule: 'the entry of a payment belongs to a top-up, unless a finding tells of it',
    by: 'an entry alone',
    sql: [entries(PAYMENT)],
  },
  {
    rule: 'a settled top-up has no open attempt',
    by: 'an attempt that nobody ended',
    sql: [topup(T1, 'canceled'), attempt(T1, { declined: false })],
  },
  {
    rule: 'an automatic top-up that failed has one mail about it',
    by: 'silence',
    sql: [topup(T1, 'failed')],
  },
  {
    rule: DECLINE_DAY,
    by: 'a try after 23 hours',
    sql: [
      topup(T1, 'failed'),
      attempt(T1),
      mail(T1),
      topup(T2, 'failed', { payment: 'pi_2', after: '23 hours' }),
      attempt(T2, { after: '23 hours' }),
      mail(T2),
    ],
  },
  {
    rule: 'a card is declined automatically at most 8 times in 14 days, in all accounts together',
    by: 'nine declines',
    sql: [
      topup(T1, 'failed'),
      mail(T1),
      ...Array.from({ length: 9 }, (_, n) => attempt(T1, { number: n + 1, after: `${n * 36} hours` })),
    ],
  },
  {
    rule: REFUND,
    by: 'an entry alone',
    sql: [topup(T1, 'succeeded'), entries(PAYMENT, ['refund', 'refund/re_1', -1])],
  },
  {
    rule: REFUND,
    by: 'a refund that took nothing',
    sql: [topup(T1, 'succeeded'), entries(PAYMENT), refund('pending')],
  },
  {
    rule: REFUND,
    by: 'one that failed and is not back',
    sql: [topup(T1, 'succeeded'), entries(PAYMENT, ['refund', 'refund/re_1', -40_000_000]), refund('failed')],
  },
  {
    rule: DISPUTE,
    by: 'an entry alone',
    sql: [topup(T1, 'succeeded'), entries(PAYMENT, ['dispute', 'dispute/dp_1/withdrawn', -1])],
  },
  {
    rule: DISPUTE,
    by: 'money back that was never taken',
    sql: [topup(T1, 'succeeded'), entries(PAYMENT, ['dispute', 'dispute/dp_1/reinstated', 1]), dispute],
  },
]

it.each(BROKEN)('that $rule is seen to be broken by $by', async ({ rule, sql }) => {
  const database = await createTestDatabase()
  const db = connect({ url: database.url, poolMax: 1, onError: (error) => expect.fail(error.message) })
  onTestFinished(async () => {
    await db.destroy()
    await database.drop()
  })
  await openAccounts(db, fakeClock('2026-03-02T12:00:00Z'), ['acct_a'])
  expect(await checkInvariants(db)).toEqual([])
  await withClient(database.ownerUrl, (client) => client.query(sql.join(';\n')))
  const broken = (await checkInvariants(db)).map(({ invariant }) => invariant)
  expect(new Set(broken)).toEqual(new Set([rule]))
})
