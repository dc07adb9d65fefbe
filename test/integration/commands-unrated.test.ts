import { describe, expect, it } from 'vitest'
import { systemClock, systemNewId } from '../../config/clock.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { runCommand } from '../support/run-command.ts'
import { type Setup, setup } from '../support/setup.ts'
import { callRecord, importFlatCard, openAccounts } from '../support/usage.ts'

describe('rerate-unrated', () => {
  it('charges what waits once its cause is mended, and leaves the rest with the reason of now', async () => {
    const base = await setup()
    const records = [
      ...Array.from({ length: 1_200 }, (_, n) => callRecord({ id: `call-${n}`, durationMs: 1_000 })),
      callRecord({ id: 'late', account: 'acct_b', durationMs: 2_000 }),
      callRecord({ id: 'blocked', to: '+19005550100' }),
      callRecord({ id: 'bad', durationMs: -1 }),
    ]
    await charge(base, records)
    await openAccounts(base.db, base.clock, ['acct_a'])
    await importFlatCard(base.db, base.clock)

    expect(await rerate(base)).toEqual({
      exit: 1,
      stderr: '',
      stdout: `read 1203
rated 1200 (no_rate 1200)
charged 1200
free 0
already charged 0
amount 12.000000 USD
still waiting 3 (destination_blocked 1, invalid_record 1, unknown_account 1)
`,
    })
    expect(await waiting(base)).toEqual([
      { record_id: 'bad', reason: 'invalid_record' },
      { record_id: 'blocked', reason: 'destination_blocked' },
      { record_id: 'late', reason: 'unknown_account' },
    ])
    expect(await rerate(base)).toMatchObject({
      exit: 1,
      stdout: expect.stringMatching(/^read 3\nrated 0\ncharged 0\n/),
    })
  })

  it('takes a record that was charged before it was cut off as done', async () => {
    const base = await setup()
    await charge(base, [callRecord({ id: 'call-1' }), callRecord({ id: 'call-2' })])
    await openAccounts(base.db, base.clock, ['acct_a'])
    await importFlatCard(base.db, base.clock)
    await charge(base, [callRecord({ id: 'call-1' })])

    expect(await rerate(base)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining(
        'rated 2 (no_rate 2)\ncharged 1\nfree 0\nalready charged 1\namount 0.630000 USD\n',
      ),
    })
    expect(await waiting(base)).toEqual([])
  })

  it('keeps to one account and one reason when told so', async () => {
    const base = await setup()
    await openAccounts(base.db, base.clock, ['acct_a', 'acct_b'])
    await charge(base, [
      callRecord({ id: 'a-1' }),
      callRecord({ id: 'a-2', durationMs: -1 }),
      callRecord({ id: 'b-1', account: 'acct_b' }),
    ])
    await importFlatCard(base.db, base.clock)

    const { exit, stdout } = await rerate(base, ['--account', 'acct_a', '--reason', 'no_rate'])

    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: expect.stringMatching(/^read 1\nrated 1 \(no_rate 1\)\n/),
    })
    expect(await waiting(base)).toEqual([
      { record_id: 'a-2', reason: 'invalid_record' },
      { record_id: 'b-1', reason: 'no_rate' },
    ])
  })

  it('tells in a dry run what it would do, and changes nothing', async () => {
    const base = await setup()
    await openAccounts(base.db, base.clock, ['acct_a'])
    await charge(base, [
      callRecord({ id: 'fresh' }),
      callRecord({ id: 'free', item: 'phone_number', kind: 'purchase', durationMs: null, to: '12345' }),
      callRecord({ id: 'there', durationMs: 1_000 }),
      callRecord({ id: 'other', durationMs: 1_000 }),
      callRecord({ id: 'homeless', account: 'acct_x' }),
    ])
    await importFlatCard(base.db, base.clock)
    await charge(base, [callRecord({ id: 'there', durationMs: 1_000 }), callRecord({ id: 'other' })])
    const before = await waiting(base)

    expect(await rerate(base, ['--dry-run'])).toEqual({
      exit: 1,
      stderr: '',
      stdout: `read 5
rated 2 (no_rate 2)
charged 1
free 0
already charged 1
amount 0.630000 USD
still waiting 3 (conflict 1, no_rate 1, unknown_account 1)
dry run: nothing was charged
`,
    })
    expect(await waiting(base)).toEqual(before)
  })
})

function rerate({ database }: Setup, options: readonly string[] = []) {
  return runCommand(['rerate-unrated', ...options], { DATABASE_URL: database.url })
}

async function charge({ db }: Setup, records: readonly unknown[]): Promise<void> {
  await chargeRecords({ db, clock: systemClock, newId: systemNewId, rateBook: createRateBook(db) }, records)
}

async function waiting({ db }: Setup) {
  return await db
    .selectFrom('unrated_usage')
    .select(['record_id', 'reason'])
    .where('rated_at', 'is', null)
    .orderBy('record_id')
    .execute()
}
