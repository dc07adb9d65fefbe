import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { adjust } from '../../db/corrections.ts'
import { postEntry } from '../../db/post-entry.ts'
import { concludeTransaction, inTransaction, type Tx, together } from '../../db/transaction.ts'
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

  it('sends its last statements together with the COMMIT', async () => {
    const { db, clock } = await setupLedger()
    const posted = await concludeTransaction(db, async (tx) => {
      await adjust(tx, adjustment(), clock.now())
      return { result: 'posted', writes: [sql`update accounts set time_zone = 'Asia/Tokyo'`] }
    })
    expect(posted).toBe('posted')
    expect(await entriesOf(db)).toHaveLength(1)
    const zones = await db.selectFrom('accounts').select('time_zone').distinct().execute()
    expect(zones).toEqual([{ time_zone: 'Asia/Tokyo' }])
  })

  it('of whose last statements one fails leaves nothing behind, and rejects as that statement did', async () => {
    const { db, clock } = await setupLedger()
    const failing = concludeTransaction(db, async (tx) => {
      await adjust(tx, adjustment(), clock.now())
      return { result: null, writes: [sql`select 1`, sql`select 1 / 0`, sql`select 2`] }
    })
    await expect(failing).rejects.toThrow('division by zero')
    expect(await entriesOf(db)).toEqual([])
  })

  it('whose last statements meet a deadlock is run again as a whole', async () => {
    const { db, clock } = await setupLedger()
    let tries = 0
    await concludeTransaction(db, async (tx) => {
      tries += 1
      await adjust(tx, adjustment(), clock.now())
      const failing = sql.raw(`do $$ begin raise exception using errcode = '40P01'; end $$`)
      return { result: null, writes: tries < 3 ? [failing] : [] }
    })
    expect(tries).toBe(3)
    expect(await entriesOf(db)).toHaveLength(1)
  })
})

describe('statements that are sent together', () => {
  it('are answered in their order, each by what had committed when it began', async () => {
    const { db } = await setupLedger()
    const zone = sql<{ zone: string }>`select time_zone as zone from accounts where id = 'acct_a'`
    const answers = await inTransaction(db, (tx) =>
      together(tx, [zone, sql`update accounts set time_zone = 'Asia/Tokyo'`, zone]),
    )
    expect(answers).toEqual([[{ zone: 'America/New_York' }], [], [{ zone: 'Asia/Tokyo' }]])
  })

  it('reject as the first of them that fails', async () => {
    const { db } = await setupLedger()
    const failing = inTransaction(db, (tx) => together(tx, [sql`select 1`, sql`select 1 / 0`, sql`select 2`]))
    await expect(failing).rejects.toThrow('division by zero')
    expect(await db.selectFrom('accounts').select('time_zone').execute()).not.toEqual([])
  })
})
