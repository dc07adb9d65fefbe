import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { checkRatings, checkRatingsOfEntries } from '../../db/rerate-check.ts'
import { setupNumbers } from '../support/numbers.ts'
import { withClient } from '../support/pg-client.ts'

const NUMBER = '+14155550100'

it('every renewal comes out as it was charged when it is rated again, and one that was tampered with does not', async () => {
  const { db, database, buy, move, nights } = await setupNumbers()
  await move('20')
  await buy(NUMBER)
  await nights(70)
  const all = [{ account: 'acct_a', after: 0n, upto: 9n }]
  expect(await checkRatings(db)).toMatchObject({ checked: 3, broken: 0 })
  expect(await checkRatingsOfEntries(db, all)).toEqual([])
  const change = (micros: number) =>
    withClient(database.ownerUrl, async (client) => {
      await client.query('alter table renewals disable trigger all')
      await client.query(`update renewals set amount_micros = ${micros} where period = '2026-05-02'`)
      await client.query('alter table renewals enable trigger all')
    })
  await change(1_000_000)
  expect(await checkRatings(db)).toMatchObject({
    checked: 3,
    broken: 1,
    evidence: [{ id: `${NUMBER}/2026-05-02`, amountMicros: 1_000_000n, reratedMicros: 2_000_000n }],
  })
  expect(await checkRatingsOfEntries(db, all)).toMatchObject([{ account: 'acct_a', seq: 4n }])
  await change(2_000_000)
  const { rows } = await sql`select from renewals`.execute(db)
  expect(rows).toHaveLength(2)
})
