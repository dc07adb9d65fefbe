import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connect.ts'
import { migrations } from '../../db/migrations/index.ts'
import { createEmptyDatabase } from '../support/empty-database.ts'

test('a ledger that was in use before there were holds knows what was spent today', async () => {
  const database = await createEmptyDatabase()
  const db = connect({ url: database.ownerUrl, poolMax: 1, onError: () => undefined })
  onTestFinished(async () => {
    await db.destroy()
    await database.drop()
  })
  for (const name of ['0001-ledger', '0002-payments', '0003-nightly']) await migrations[name]?.up(db)
  const lastPosted = sql`date_trunc('day', now(), 'UTC') - interval '30 minutes'`
  await sql`insert into accounts (id, time_zone, created_at, entry_seq, last_posted_at)
    select id, 'UTC', now(), seq, ${lastPosted} - quiet from (values
      ('busy', 4, interval '0'), ('quiet', 1, interval '3 days')) as t (id, seq, quiet)`.execute(db)
  await sql`insert into accounts (id, time_zone, created_at) values ('new', 'UTC', now())`.execute(db)
  await sql`insert into entries (account_id, seq, item, contra, amount_micros, balance_after_micros, source, occurred_at, posted_at)
    select account, seq, item::item, contra::contra, amount, 0, source, now(), ${lastPosted} - before from (values
      ('busy', 1, 'phone_call', 'revenue:phone_call', -4, 'usage/1', interval '24 hours'),
      ('busy', 2, 'phone_call', 'revenue:phone_call', -2, 'usage/2', interval '31 minutes'),
      ('busy', 3, 'promotion', 'expense:promotion', 8, 'adjustment/3', interval '1 minute'),
      ('busy', 4, 'phone_number', 'revenue:phone_number', -1, 'renewal/4', interval '0'),
      ('quiet', 1, 'phone_call', 'revenue:phone_call', -16, 'usage/1', interval '3 days')
    ) as t (account, seq, item, contra, amount, source, before)`.execute(db)

  await migrations['0004-holds']?.up(db)

  const { rows } = await sql`
    select id, spend_hour = date_trunc('hour', ${lastPosted}, 'UTC') as is_of_last_hour, hour_spent_micros,
      day_spent_micros from accounts order by id`.execute(db)
  expect(rows).toEqual([
    { id: 'busy', is_of_last_hour: true, hour_spent_micros: 1n, day_spent_micros: 3n },
    { id: 'new', is_of_last_hour: null, hour_spent_micros: 0n, day_spent_micros: 0n },
    { id: 'quiet', is_of_last_hour: null, hour_spent_micros: 0n, day_spent_micros: 0n },
  ])
})
