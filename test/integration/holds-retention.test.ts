import { expect, test } from 'vitest'
import { deleteOldRows, type RetainedTable } from '../../db/retention.ts'
import { inTransaction } from '../../db/transaction.ts'
import { callAsk, granted, type Holds, setupHolds } from '../support/holds.ts'

const DAY_MS = 86_400_000

/** What is left of a table after it has been cleaned in pages of one row. */
async function clean({ db, clock }: Holds, table: RetainedTable): Promise<string[]> {
  let after: string | null = null
  do {
    const page: Parameters<typeof deleteOldRows>[1] = { table, after, limit: 1, now: clock.now() }
    const { last } = await inTransaction(db, (tx) => deleteOldRows(tx, page))
    after = last
  } while (after !== null)
  const rows = await db.selectFrom('holds').select('request_id').orderBy('request_id').execute()
  const extensions = await db.selectFrom('hold_extensions').select('hold_request_id').execute()
  return table === 'holds'
    ? rows.map(({ request_id }) => request_id)
    : extensions.map(({ hold_request_id }) => hold_request_id)
}

test('holds and refused asks are kept for 35 days after their end, with their extensions, and open ones for as long as they are', async () => {
  const holds = await setupHolds()
  const { desk, credit, clock, expire } = holds
  await credit('5')
  const ask = async (requestId: string) => {
    granted(await desk.ask(callAsk({ requestId })))
    granted(await desk.extend({ hold: callAsk({ requestId }), requestId: 'e1', seconds: 10 }))
  }
  await ask('released')
  await desk.release(callAsk({ requestId: 'released' }))
  await ask('forgotten')
  await desk.ask(callAsk({ requestId: 'refused', account: 'acct_b' }))
  clock.advance(DAY_MS)
  await expire()
  await ask('open')
  clock.advance(34 * DAY_MS + 1)
  expect(await clean(holds, 'hold_extensions')).toEqual(expect.arrayContaining(['forgotten', 'open']))
  expect(await clean(holds, 'hold_extensions')).toHaveLength(2)
  expect(await clean(holds, 'holds')).toEqual(['forgotten', 'open'])
  clock.advance(DAY_MS)
  expect(await clean(holds, 'hold_extensions')).toEqual(['open'])
  expect(await clean(holds, 'holds')).toEqual(['open'])
})
