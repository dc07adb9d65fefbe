import { describe, expect, it } from 'vitest'
import { runCommand } from '../support/run-command.ts'

const COMMANDS = [
  'migrate',
  'worker',
  'scheduler',
  'create-account',
  'import-rates',
  'verify-ledger',
  'rerate-unrated',
  'replay-spool',
  'adjust',
  'reverse',
]

describe.concurrent('every command', () => {
  it.each(COMMANDS)('%s --help says how to call it, its options and its exit codes', async (command) => {
    const { exit, stdout } = await runCommand([command, '--help'])

    expect(exit).toBe(0)
    expect(stdout).toContain(`Usage: npm run -s ${command}`)
    expect(stdout).toContain('--data DIR')
    expect(stdout).toContain('Exit codes: 0 ')
  })
})

const ACCOUNT = ['--id', 'acct_a', '--time-zone', 'UTC']
const DECISION = ['--reason', 'goodwill', '--by', 'ann']
const ADJUSTMENT = ['--account', 'acct_a', '--id', 'T-1', ...DECISION]

const WRONG_CALLS: readonly { call: readonly [string, ...string[]]; says: string }[] = [
  { call: ['worker', '--shards', '2'], says: "Unknown option '--shards'" },
  { call: ['scheduler', 'now'], says: 'unexpected argument "now"' },
  { call: ['migrate', '--data'], says: "'--data <value>' argument missing" },
  { call: ['create-account', '--id', 'acct_a'], says: '--time-zone is missing' },
  { call: ['create-account', ...ACCOUNT, '--id', 'a b'], says: '--id must be 1 to 64 characters' },
  {
    call: ['create-account', ...ACCOUNT, '--time-zone', 'Mars/Base'],
    says: '--time-zone must be an IANA name',
  },
  { call: ['create-account', ...ACCOUNT, '--currency', 'EUR'], says: '--currency must be USD' },
  { call: ['import-rates', '--card', 'standard'], says: 'FILE.csv is missing' },
  {
    call: ['import-rates', '--card', 'x', '--account', 'a b', 'rates.csv'],
    says: '--account must be 1 to 64',
  },
  { call: ['import-rates', '--card', 'x', 'no-such-file.csv'], says: 'cannot read no-such-file.csv: ENOENT' },
  { call: ['replay-spool', 'no-such-folder'], says: 'cannot read no-such-folder: ENOENT' },
  { call: ['replay-spool', import.meta.dirname], says: 'holds no spool file' },
  { call: ['adjust', ...ADJUSTMENT, '--amount', '0.00'], says: '--amount must not be zero' },
  { call: ['adjust', ...ADJUSTMENT, '--amount', '1e3'], says: '--amount must be a decimal in USD' },
  { call: ['adjust', ...ADJUSTMENT, '--amount', '1', '--id', 'T 1'], says: '--id must be 1 to 128' },
  { call: ['adjust', ...ADJUSTMENT, '--amount', '1', '--by', ' '], says: '--by must not be empty' },
  {
    call: ['reverse', '--account', 'acct_a', '--seq', '0', ...DECISION],
    says: '--seq must be the whole number',
  },
]

describe.concurrent('a wrong call exits with 2 and says what is wrong and how to get help', () => {
  it.each(WRONG_CALLS)('$call', async ({ call, says }) => {
    const { exit, stdout, stderr } = await runCommand(call)

    expect(stderr).toContain(says)
    expect(stderr).toContain(`Try: npm run -s ${call[0]} -- --help`)
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
  })
})

describe('what the environment lacks', () => {
  it('is listed by name, never by value, with exit 2', async () => {
    const { exit, stderr } = await runCommand(['verify-ledger'], {
      DATABASE_URL: 'mysql://secret',
      PORT: 'x',
    })

    expect(exit).toBe(2)
    expect(stderr).toContain('DATABASE_URL must be a URL that starts with postgres://')
    expect(stderr).toContain('PORT ')
    expect(stderr).not.toContain('secret')
  })

  it('is refused in production, where no ledger may be made up', async () => {
    const { exit, stderr } = await runCommand(['verify-ledger'], { NODE_ENV: 'production' })

    expect(exit).not.toBe(0)
    expect(stderr).toContain('set DATABASE_URL')
  })

  it('is said in one line where the database does not answer', async () => {
    const { exit, stderr } = await runCommand(['create-account', ...ACCOUNT], {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    })

    expect(exit).toBe(1)
    expect(stderr).toContain('ECONNREFUSED')
    expect(stderr).toContain('are the servers of DATABASE_URL and REDIS_URL running')
    expect(stderr).not.toContain('    at ')
  })
})
