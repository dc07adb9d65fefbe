import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { importRateCard, listNewestVersions, loadRates } from '../../db/rate-cards.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { rateRecords } from '../../jobs/rate-records.ts'
import { runCommand } from '../support/run-command.ts'
import { scratchFolder } from '../support/scratch-folder.ts'
import { type Setup, setup } from '../support/setup.ts'
import { callRecord, importFlatCard, openAccounts } from '../support/usage.ts'

const HEADER = 'item,kind,prefix,setup_fee,rate,effective_to,description'
const FIRST = [
  HEADER,
  'phone_call,,1,0,0.012,,',
  'phone_call,,44,0.05,0.02,,UK',
  'outgoing_text,,,0,0.0079,,',
]

interface RatesSetup extends Setup {
  /** Writes the lines to a file and imports it. */
  importRates(lines: readonly string[], options?: readonly string[]): ReturnType<typeof runCommand>
}

async function setupRates(): Promise<RatesSetup> {
  const base = await setup()
  const folder = await scratchFolder('rates')
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const file = join(folder.path, 'rates.csv')
  return {
    ...base,
    importRates: async (lines, options = ['--card', 'standard']) => {
      await writeFile(file, `${lines.join('\n')}\n`)
      return await runCommand(['import-rates', ...options, file], { DATABASE_URL: base.database.url })
    },
  }
}

describe('import-rates', () => {
  it('stores a card, and what a later file changes as its next version', async () => {
    const { importRates, db } = await setupRates()

    expect(await importRates(FIRST)).toEqual({
      exit: 0,
      stderr: '',
      stdout: `standard, a new card: 3 rates
added 3
  + phone_call, any kind, 1: rate 0.012000 per 60 s
  + phone_call, any kind, 44: rate 0.020000 per 60 s, setup_fee 0.050000
  + outgoing_text, any kind, all numbers: rate 0.007900
removed 0
changed 0
stored as version 1 of standard
in force: every worker prices by it from now on
`,
    })
    const changed = [
      HEADER,
      'phone_call,,44,0,0.025,,UK',
      'phone_call,,1,0,0.012,,',
      'incoming_text,,,0,0.01,,',
    ]
    expect(await importRates(changed)).toEqual({
      exit: 0,
      stderr: '',
      stdout: `standard, compared with its newest version: 3 rates
added 1
  + incoming_text, any kind, all numbers: rate 0.010000
removed 1
  - outgoing_text, any kind, all numbers: rate 0.007900
changed 1
  ~ phone_call, any kind, 44: rate 0.020000 -> 0.025000, setup_fee 0.050000 -> 0.000000
stored as version 2 of standard
in force: every worker prices by it from now on
`,
    })
    const versions = await db.selectFrom('rate_card_versions').select(['version', 'row_count']).execute()
    expect(versions).toEqual([
      { version: 1, row_count: 3 },
      { version: 2, row_count: 3 },
    ])
  })

  it('makes no version when nothing changes, in whatever order the rows are', async () => {
    const { importRates, db } = await setupRates()
    await importRates(FIRST)
    const [header = '', ...rows] = FIRST

    const { exit, stdout } = await importRates([header, ...rows.reverse()])

    expect(exit).toBe(0)
    expect(stdout).toContain('nothing changed: no version was made')
    expect(await listNewestVersions(db)).toHaveLength(1)
  })

  it('refuses a whole file, with the line, the column and the rule of every fault', async () => {
    const { importRates, db } = await setupRates()
    const faulty = [
      HEADER,
      'phone_call,,1,0,0.012,,',
      'phone_cal,,1,0,0.01,,',
      'phone_call,,44,0,-1,,',
      'phone_call,,1,0,0.02,,',
    ]

    const { exit, stdout } = await importRates(faulty)

    expect(exit).toBe(1)
    expect(stdout).toMatch(
      /^line 3, column item: .+\nline 4, column rate: .+\nline 5, column from_second: .+ line 2\n/,
    )
    expect(stdout).toMatch(/refused, nothing was stored \(faults: 3\)\n$/)
    expect(await listNewestVersions(db)).toEqual([])
  })

  it('warns of times without a rate', async () => {
    const { importRates } = await setupRates()

    const { exit, stderr } = await importRates([HEADER, 'phone_call,,44,0,0.02,2027-01-01T00:00:00Z,'])

    expect(exit).toBe(0)
    expect(stderr).toMatch(/^warning: line 2, column effective_to: its key has no rate from then on/)
  })

  it('shows what would change in a dry run, and stores nothing', async () => {
    const { importRates, db } = await setupRates()

    const { exit, stdout } = await importRates(FIRST, ['--card', 'standard', '--dry-run'])

    expect(exit).toBe(0)
    expect(stdout).toMatch(/added 3\n.*dry run: nothing was stored\n$/s)
    expect(await listNewestVersions(db)).toEqual([])
  })

  it('prices an account by its own card before the standard card, as soon as it has returned', async () => {
    const { importRates, db, clock } = await setupRates()
    await openAccounts(db, clock, ['acct_a'])
    await importRates(FIRST)
    const rateBook = createRateBook(db)
    const priceOf = async () => {
      const { rated } = await rateRecords([callRecord({ durationMs: 60_000 })], rateBook, clock.now())
      return rated[0]?.charge.amount
    }
    expect(await priceOf()).toBe(12_000n)

    await importRates([HEADER, 'phone_call,,1,0,0.009,,'], ['--card', 'acct_a own', '--account', 'acct_a'])

    expect(await priceOf()).toBe(9_000n)
  })

  it.each([
    { call: ['--card', 'own', '--account', 'acct_x'], says: 'there is no account acct_x: open it first' },
    { call: ['--card', 'other'], says: 'the standard card is named standard: import under that name' },
    { call: ['--card', 'standard', '--account', 'acct_a'], says: 'standard is the standard card' },
    {
      call: ['--card', 'second', '--account', 'acct_a'],
      says: 'the own card of account acct_a is named own',
    },
  ])('refuses $call where that card or account is another one', async ({ call, says }) => {
    const { importRates, db, clock } = await setupRates()
    await openAccounts(db, clock, ['acct_a'])
    await importFlatCard(db, clock)
    await importRateCard(db, { name: 'own', account: 'acct_a', rates: [] }, clock.now())

    const { exit, stdout, stderr } = await importRates([HEADER, 'phone_call,,1,0,0.5,,'], call)

    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toContain(says)
    expect(await listNewestVersions(db)).toHaveLength(2)
  })

  it('refuses a standard card without any rate, and takes such an own card', async () => {
    const { importRates, db, clock } = await setupRates()
    await openAccounts(db, clock, ['acct_a'])

    expect(await importRates([HEADER])).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('has no rates'),
    })
    expect(await importRates([HEADER], ['--card', 'own', '--account', 'acct_a'])).toMatchObject({ exit: 0 })
    const [own] = await listNewestVersions(db)
    expect(await loadRates(db, own?.id ?? 0)).toEqual([])
  })
})
