import { type Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connect.ts'
import { migrations } from '../../db/migrations/index.ts'
import { createEmptyDatabase } from '../support/empty-database.ts'

/** A database as it was before what accounts hold had rows of their own, with an account that holds something. */
async function setupOlder(): Promise<{
  db: Kysely<unknown>
  up: () => Promise<void>
  held: () => Promise<unknown>
}> {
  const database = await createEmptyDatabase()
  const db = connect({
    url: database.ownerUrl,
    poolMax: 1,
    onError: () => undefined,
  }) as unknown as Kysely<unknown>
  onTestFinished(async () => {
    await db.destroy()
    await database.drop()
  })
  for (const [name, migration] of Object.entries(migrations)) {
    if (name < '0010') await migration.up(db)
  }
  await sql`insert into accounts (id, time_zone, created_at, held_micros, open_calls) values
    ('calling', 'UTC', now(), 600, 2), ('quiet', 'UTC', now(), 0, 0)`.execute(db)
  return {
    db,
    up: () => db.transaction().execute(async (tx) => await migrations['0010-account-holds']?.up(tx)),
    held: async () => (await sql`select * from account_holds order by account_id`.execute(db)).rows,
  }
}

test('what accounts held before they had rows for it is held by those', async () => {
  const { up, held } = await setupOlder()
  await up()
  expect(await held()).toEqual([
    { account_id: 'calling', held_micros: 600n, open_calls: 2 },
    { account_id: 'quiet', held_micros: 0n, open_calls: 0 },
  ])
})

test('what an older process holds and frees meanwhile counts, also where a newer one held it', async () => {
  const { db, up, held } = await setupOlder()
  await up()
  await sql`update accounts set held_micros = 900, open_calls = 3 where id = 'calling'`.execute(db)
  await sql`update account_holds set held_micros = 50, open_calls = 1 where account_id = 'quiet'`.execute(db)
  await sql`update accounts set held_micros = held_micros - 50, open_calls = open_calls - 1 where id = 'quiet'`.execute(
    db,
  )
  expect(await held()).toEqual([
    { account_id: 'calling', held_micros: 900n, open_calls: 3 },
    { account_id: 'quiet', held_micros: 0n, open_calls: 0 },
  ])
})

test('an account that an older process opens can hold', async () => {
  const { db, up, held } = await setupOlder()
  await up()
  await sql`insert into accounts (id, time_zone, created_at) values ('new', 'UTC', now())`.execute(db)
  expect(await held()).toContainEqual({ account_id: 'new', held_micros: 0n, open_calls: 0 })
})
