import { type Kysely, sql } from 'kysely'
import { expect, it } from 'vitest'
import { connect } from '../../db/connect.ts'
import { up } from '../../db/migrations/0006-service-states.ts'
import { setupService } from '../support/service.ts'
import { openAccounts } from '../support/usage.ts'

const TABLES = [
  'service_states',
  'service_stream',
  'service_events',
  'service_patrols',
  'webhook_secrets',
  'webhook_endpoints',
  'webhook_deliveries',
]

it('accounts that are older than service states begin in the one that their credit and status say', async () => {
  const { database, db, clock, move, look, state } = await setupService()
  await openAccounts(db, clock, ['acct_c', 'acct_d'])
  for (const account of ['acct_a', 'acct_c', 'acct_d']) await move('5', account)
  await db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', 'acct_c').execute()
  await db.updateTable('accounts').set({ status: 'closed' }).where('id', '=', 'acct_d').execute()
  const owner = connect({ url: database.ownerUrl, poolMax: 1, onError: () => undefined })
  for (const table of TABLES) await sql`drop table ${sql.table(table)}`.execute(owner)
  await sql`drop type service_state`.execute(owner)

  await up(owner as unknown as Kysely<unknown>)

  // The role of workers has its rights on the tables that were there before.
  for (const table of TABLES)
    await sql`grant select, insert, update on ${sql.table(table)} to public`.execute(owner)
  await owner.destroy()
  const begun: unknown[] = []
  for (const account of ['acct_a', 'acct_b', 'acct_c', 'acct_d']) {
    begun.push(await state(account))
    await look(account)
    expect(await state(account), 'decided anew').toEqual(begun.at(-1))
  }
  expect(begun).toMatchObject([
    { state: 'active', reason: null, seq: 0, since: clock.now() },
    { state: 'stopped', reason: 'no_credit' },
    { state: 'stopped', reason: 'account_suspended' },
    { state: 'stopped', reason: 'account_closed' },
  ])
})
