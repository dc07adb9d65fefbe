import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { connect } from '../../db/connect.ts'
import { adjust, reverseEntry } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'
import { adjustment, balanceOf, entriesOf, setupLedger } from '../support/ledger.ts'
import { callRecord } from '../support/usage.ts'

describe('entries', () => {
  it.each(['entries', 'usage_records', 'rates', 'rate_card_versions'])(
    'of %s cannot be changed or deleted',
    async (table) => {
      const { database, db, charge } = await setupLedger()
      await charge([callRecord()])
      const owner = connect({ url: database.ownerUrl, poolMax: 1, onError: () => undefined })
      for (const statement of [`delete from ${table}`, `truncate ${table} cascade`]) {
        await expect(sql.raw(statement).execute(owner), 'as owner').rejects.toThrow('is append-only')
        await expect(sql.raw(statement).execute(db), 'as worker').rejects.toThrow('permission denied')
      }
      await owner.destroy()
    },
  )

  it('cannot be updated, by trigger for the owner and by privilege for a worker', async () => {
    const { database, db, charge } = await setupLedger()
    await charge([callRecord()])
    const owner = connect({ url: database.ownerUrl, poolMax: 1, onError: () => undefined })
    const update = sql.raw('update entries set amount_micros = 1')
    await expect(update.execute(owner)).rejects.toThrow('entries is append-only: UPDATE refused')
    await expect(update.execute(db)).rejects.toThrow('permission denied for table entries')
    await owner.destroy()
  })

  it('are posted once under their source', async () => {
    const { db, clock } = await setupLedger()
    const post = () => inTransaction(db, (tx) => adjust(tx, adjustment(), clock.now()))
    expect(await post()).toEqual({ outcome: 'posted', seq: 1n, balanceAfter: 25_000_000n })
    expect(await post()).toEqual({ outcome: 'already_posted', seq: 1n, balanceAfter: 25_000_000n })
    expect(await entriesOf(db)).toHaveLength(1)
  })

  it('with a source that stands for something else are quarantined and not posted', async () => {
    const { db, clock } = await setupLedger()
    await inTransaction(db, (tx) => adjust(tx, adjustment(), clock.now()))
    const other = await inTransaction(db, (tx) => adjust(tx, adjustment({ amount: '26' }), clock.now()))
    expect(other).toEqual({ outcome: 'conflict', seq: 1n })
    expect(await balanceOf(db)).toBe(25_000_000n)
    const kept = await db.selectFrom('quarantined_entries').select(['source', 'amount_micros']).execute()
    expect(kept).toEqual([{ source: 'adjustment/a1', amount_micros: 26_000_000n }])
  })

  it('of one source posted at the same moment by many come to one', async () => {
    const { db, clock } = await setupLedger()
    const posts = Array.from({ length: 10 }, () =>
      inTransaction(db, (tx) => adjust(tx, adjustment(), clock.now())),
    )
    const outcomes = (await Promise.all(posts)).map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'posted')).toHaveLength(1)
    expect(await balanceOf(db)).toBe(25_000_000n)
  })

  it('are taken back once by a reversal of the same item and contra', async () => {
    const { db, clock, charge } = await setupLedger()
    await charge([callRecord()])
    const reversal = { account: 'acct_a', seq: 1n, reason: 'wrong number', postedBy: 'kim' }
    const reverse = () => inTransaction(db, (tx) => reverseEntry(tx, reversal, clock.now()))
    expect(await reverse()).toMatchObject({ outcome: 'posted', balanceAfter: 0n })
    expect(await reverse()).toMatchObject({ outcome: 'already_posted', seq: 2n })
    expect((await entriesOf(db)).at(-1)).toMatchObject({
      item: 'phone_call',
      contra: 'revenue:phone_call',
      source: 'reversal/1',
    })
  })

  it('that are reversals, and entries that are not there, cannot be reversed', async () => {
    const { db, clock } = await setupLedger()
    const reverse = (seq: bigint) =>
      inTransaction(db, (tx) =>
        reverseEntry(tx, { account: 'acct_a', seq, reason: 'r', postedBy: 'k' }, clock.now()),
      )
    await inTransaction(db, (tx) => adjust(tx, adjustment(), clock.now()))
    await reverse(1n)
    expect(await reverse(2n)).toEqual({ outcome: 'is_a_reversal' })
    expect(await reverse(9n)).toEqual({ outcome: 'unknown_entry' })
  })

  it('of an unknown account are refused', async () => {
    const { db, clock } = await setupLedger()
    const posted = await inTransaction(db, (tx) => adjust(tx, adjustment({ account: 'nobody' }), clock.now()))
    expect(posted).toEqual({ outcome: 'unknown_account' })
  })

  it('that move no money are refused by the database', async () => {
    const { db, clock } = await setupLedger()
    const posting = inTransaction(db, (tx) => adjust(tx, adjustment({ amount: '0' }), clock.now()))
    await expect(posting).rejects.toThrow('entry_moves_money')
  })

  it('expand to postings whose trial balance is zero', async () => {
    const { db, clock, charge } = await setupLedger()
    await inTransaction(db, (tx) => adjust(tx, adjustment(), clock.now()))
    await charge([
      callRecord(),
      callRecord({ id: 'text', item: 'outgoing_text', kind: null, durationMs: null, segments: 2 }),
    ])
    const balances = await db.selectFrom('trial_balance').selectAll().orderBy('ledger_account').execute()
    expect(balances).toEqual([
      { ledger_account: 'customer:acct_a', balance_micros: 24_350_000n },
      { ledger_account: 'expense:adjustment', balance_micros: -25_000_000n },
      { ledger_account: 'revenue:outgoing_text', balance_micros: 20_000n },
      { ledger_account: 'revenue:phone_call', balance_micros: 630_000n },
    ])
  })
})
