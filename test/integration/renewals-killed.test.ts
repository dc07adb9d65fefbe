import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Db } from '../../db/connect.ts'
import { renewals } from '../../jobs/renewals.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { interceptStatements } from '../support/intercept-statements.ts'
import { insertNumbers } from '../support/many-numbers.ts'
import { setupNumbers } from '../support/numbers.ts'

const COUNT = 6_000
const BOUGHT_AT = new Date('2026-01-05T00:00:00Z')

/** A night of three pages: 6 000 numbers of 600 accounts are due, and the credit of some accounts runs out half-way. */
async function setupNight() {
  const numbers = await setupNumbers()
  await insertNumbers(numbers.db, { count: COUNT, accounts: 600, boughtAt: BOUGHT_AT })
  await takeCredit(numbers.db)
  numbers.clock.set('2026-02-06T00:30:00Z')
  return numbers
}

/** Each tenth account is left with 7 USD. */
async function takeCredit(db: Db): Promise<void> {
  await sql`
    with poor as (
      update accounts set balance_micros = 7000000, entry_seq = 2 where id like 'many-%9' returning id, balance_micros
    )
    insert into entries (account_id, seq, item, contra, amount_micros, balance_after_micros, source, occurred_at, posted_at)
    select id, 2, 'adjustment', 'expense:adjustment', 7000000 - e.balance_after_micros, 7000000, 'adjustment/poor',
      ${BOUGHT_AT}, ${BOUGHT_AT}
    from poor join entries e on e.account_id = poor.id`.execute(db)
}

/** Everything that a night of renewals writes, but for ids that are made up. */
async function ledgerOf(db: Db): Promise<unknown[]> {
  const tables = [
    sql`select * from accounts order by id`,
    sql`select * from entries order by account_id, seq`,
    sql`select * from renewals order by account_id, number, period`,
    sql`select * from phone_numbers order by account_id, number`,
    sql`select * from number_changes order by account_id, number, seq`,
    sql`select account_id, template, event, content from mails order by account_id, event, template`,
    sql`select account_id, job from outbox order by account_id, job`,
  ]
  const found = []
  for (const table of tables) found.push((await table.execute(db)).rows)
  return found
}

it.each([
  ['at 1 %', 1],
  ['at 50 %', 2],
  ['at 99 %', 3],
])(
  'a night that breaks %s and goes on with another holder ends as one that does not',
  async (_when, page) => {
    const whole = await setupNight()
    await whole.run()
    const broken = await setupNight()
    let saves = 0
    {
      using _ = interceptStatements((text) => {
        if (!text.startsWith('update "runs" set "position"')) return text
        saves += 1
        return saves === page ? 'select 1 / 0' : text
      })
      await expect(runOwedDates(broken.context, renewals)).rejects.toThrow()
    }
    expect(saves).toBe(page)
    await broken.run()
    expect(await ledgerOf(broken.db)).toEqual(await ledgerOf(whole.db))
    const [run] = await broken.db.selectFrom('runs').select(['done', 'refused', 'finished_at']).execute()
    expect(run).toMatchObject({ done: COUNT, refused: 0, finished_at: expect.any(Date) })
  },
)

it('two runners of one night at once charge each number once', async () => {
  const { db, context, run } = await setupNight()
  await Promise.all([runOwedDates(context, renewals), runOwedDates(context, renewals)])
  await run()
  const { rows } = await sql<{ renewals: number; unpaid: number }>`
    select (select count(*)::integer from renewals) as renewals,
      (select count(*)::integer from phone_numbers where state = 'grace') as unpaid`.execute(db)
  // Three of ten numbers of each poor account are paid.
  expect(rows).toEqual([{ renewals: 540 * 10 + 60 * 3, unpaid: 60 * 7 }])
})
