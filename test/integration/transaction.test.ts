import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { adjust } from '../../db/corrections.ts'
import { postEntry } from '../../db/post-entry.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { adjustment, entriesOf, setupLedger } from '../support/ledger.ts'

describe('a transaction', () => {
  it('that failed leaves nothing behind', async () => {
    const { db, clock } = await setupLedger()
    const failing = inTransaction(db, async (tx) => {
      await adjust(tx, adjustment(), clock.now())
      throw new Error('after the entry')
    })
    await expect(failing).rejects.toThrow('after the entry')
    expect(await entriesOf(db)).toEqual([])
  })

  it('whose statement failed rejects even when the error is caught inside', async () => {
    const { db, clock } = await setupLedger()
    const swallowing = inTransaction(db, async (tx) => {
      await adjust(tx, adjustment(), clock.now())
      await sql`select 1 / 0`.execute(tx).catch((error: unknown) => expect(error).toBeInstanceOf(Error))
    })
    await expect(swallowing).rejects.toThrow()
    expect(await entriesOf(db)).toEqual([])
  })

  it('that is over refuses queries', async () => {
    const { db } = await setupLedger()
    const leaked: Tx[] = []
    await inTransaction(db, (tx) => Promise.resolve(leaked.push(tx)))
    const late = leaked.map((tx) => tx.selectFrom('accounts').selectAll().execute())
    await expect(Promise.all(late)).rejects.toThrow('query on a transaction that is over')
  })

  it.each(['40001', '40P01'])('that meets SQLSTATE %s is run again as a whole', async (code) => {
    const { db, clock } = await setupLedger()
    let tries = 0
    const entry = {
      ...adjustment(),
      item: 'adjustment',
      contra: 'expense:adjustment',
      source: 'adjustment/x',
    } as const
    await inTransaction(db, async (tx) => {
      tries += 1
      await postEntry(tx, { ...entry, occurredAt: clock.now(), note: null }, clock.now())
      if (tries < 3)
        await sql.raw(`do $$ begin raise exception using errcode = '${code}'; end $$`).execute(tx)
    })
    expect(tries).toBe(3)
    expect(await entriesOf(db)).toHaveLength(1)
  })
})
