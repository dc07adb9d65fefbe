import { describe, expect, it } from 'vitest'
import { runCommand } from '../support/run-command.ts'
import { type Setup, setup } from '../support/setup.ts'
import { openAccounts } from '../support/usage.ts'

const env = ({ database }: Setup) => ({ DATABASE_URL: database.url })

describe('create-account', () => {
  it('opens an account with an empty balance, once', async () => {
    const base = await setup()
    const call = ['create-account', '--id', 'acct_new', '--time-zone', 'Europe/Berlin'] as const

    expect(await runCommand(call, env(base))).toEqual({
      exit: 0,
      stdout: 'opened account acct_new, time zone Europe/Berlin, balance 0.000000 USD\n',
      stderr: '',
    })
    expect(await runCommand(call, env(base))).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'there is an account acct_new already: nothing was changed\n',
    })
    expect(await base.db.selectFrom('accounts').select(['id', 'time_zone', 'currency']).execute()).toEqual([
      { id: 'acct_new', time_zone: 'Europe/Berlin', currency: 'USD' },
    ])
  })
})

describe('adjust', () => {
  const adjust = (base: Setup, amount: string, account = 'acct_a') =>
    runCommand(
      ['adjust', '--account', account, '--amount', amount, '--id', 'T-1', '--reason', 'late', '--by', 'ann'],
      env(base),
    )

  it('posts a decision once, with its reason and its name', async () => {
    const base = await setupAccount()
    const posted = 'entry 1 of account acct_a, balance after it -2.500000 USD'

    expect(await adjust(base, '-2.5')).toEqual({
      exit: 0,
      stdout: `posted adjustment/T-1 of -2.500000 USD as ${posted}\n`,
      stderr: '',
    })
    expect(await adjust(base, '-2.50')).toEqual({
      exit: 0,
      stdout: `adjustment/T-1 of -2.500000 USD was posted before, as ${posted}: nothing was changed\n`,
      stderr: '',
    })
    expect(await base.db.selectFrom('entry_notes').selectAll().execute()).toEqual([
      { account_id: 'acct_a', seq: 1n, reason: 'late', posted_by: 'ann' },
    ])
  })

  it('alerts when the same id comes with another amount, posts nothing and keeps it apart', async () => {
    const base = await setupAccount()
    await adjust(base, '+1')

    const { exit, stdout, stderr } = await adjust(base, '2')

    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toMatch(
      /^ALERT: adjustment\/T-1 of 2\.000000 USD was not posted: entry 1 of account acct_a/,
    )
    expect(await balanceOf(base)).toBe(1_000_000n)
    expect(
      await base.db.selectFrom('quarantined_entries').select(['source', 'amount_micros']).execute(),
    ).toEqual([{ source: 'adjustment/T-1', amount_micros: 2_000_000n }])
  })

  it('refuses an account that does not exist', async () => {
    const base = await setup()

    expect(await adjust(base, '1', 'acct_x')).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'there is no account acct_x\n',
    })
  })
})

describe('reverse', () => {
  const reverse = (base: Setup, seq: string) =>
    runCommand(
      ['reverse', '--account', 'acct_a', '--seq', seq, '--reason', 'wrong', '--by', 'bob'],
      env(base),
    )

  it('takes an entry back once, and never a reversal', async () => {
    const base = await setupAccount()
    const adjustment = ['--id', 'T-1', '--amount', '7', '--reason', 'gift', '--by', 'ann']
    await runCommand(['adjust', '--account', 'acct_a', ...adjustment], env(base))

    expect(await reverse(base, '1')).toMatchObject({
      exit: 0,
      stdout: 'posted reversal/1 as entry 2 of account acct_a, balance after it 0.000000 USD\n',
    })
    expect(await reverse(base, '1')).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^reversal\/1 was posted before, as entry 2 .*: nothing was changed\n$/),
    })
    expect(await reverse(base, '2')).toMatchObject({
      exit: 1,
      stderr: 'entry 2 is a reversal itself: correct it with npm run -s adjust\n',
    })
    expect(await reverse(base, '9')).toMatchObject({ exit: 1, stderr: 'account acct_a has no entry 9\n' })
    expect(await balanceOf(base)).toBe(0n)
  })
})

async function setupAccount(): Promise<Setup> {
  const base = await setup()
  await openAccounts(base.db, base.clock, ['acct_a'])
  return base
}

async function balanceOf({ db }: Setup): Promise<bigint> {
  const { balance_micros } = await db
    .selectFrom('accounts')
    .select('balance_micros')
    .where('id', '=', 'acct_a')
    .executeTakeFirstOrThrow()
  return balance_micros
}
