import { describe, expect, it } from 'vitest'
import { parseUsd, ZERO_MICROS } from '../../billing/money.ts'
import { reverseEntry } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'
import { readUsageSpend } from '../../db/usage-spend.ts'
import { setupService } from '../support/service.ts'

const HOUR_MS = 3_600_000

describe('what usage cost since an instant', () => {
  it('is nothing where nothing was charged', async () => {
    const { db, clock } = await setupService()
    const spend = await readUsageSpend(db, { account: 'acct_a', since: clock.now() })
    expect(spend).toEqual({ amount: ZERO_MICROS, firstAt: null })
  })

  it('is the sum of the charges posted after it, without credits and corrections', async () => {
    const { db, clock, move, call } = await setupService()
    await move('50')
    await call(1_000)
    const since = clock.now()
    clock.advance(HOUR_MS)
    await move('20')
    await call(300)
    await move('-7')
    await call(60)
    await inTransaction(db, (tx) =>
      reverseEntry(tx, { account: 'acct_a', seq: 2n, reason: 'test', postedBy: 'test' }, clock.now()),
    )
    expect(await readUsageSpend(db, { account: 'acct_a', since })).toEqual({
      amount: parseUsd('3.6'),
      firstAt: new Date(clock.now().getTime() - 300_000),
    })
    const before = new Date(since.getTime() - 1)
    expect((await readUsageSpend(db, { account: 'acct_a', since: before })).amount).toBe(parseUsd('13.6'))
    expect((await readUsageSpend(db, { account: 'acct_a', since: clock.now() })).amount).toBe(ZERO_MICROS)
  })

  it('is that of its account alone', async () => {
    const { db, clock, call } = await setupService()
    const since = new Date(clock.now().getTime() - HOUR_MS)
    await call(100, 'acct_a')
    await call(200, 'acct_b')
    expect((await readUsageSpend(db, { account: 'acct_b', since })).amount).toBe(parseUsd('2'))
  })
})
