import { describe, expect, it } from 'vitest'
import { claimRun } from '../../db/runs.ts'
import { retention } from '../../jobs/nightly/retention.ts'
import { unratedUsage } from '../../jobs/nightly/unrated-usage.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { runCommand } from '../support/run-command.ts'
import { DAY_MS, setupRuns } from '../support/runs.ts'

/** Two nights of one kind and one of another. */
async function setupNights() {
  const runs = await setupRuns()
  const { clock, context, database } = runs
  await runOwedDates(context, unratedUsage)
  clock.advance(DAY_MS)
  await runOwedDates(context, unratedUsage)
  await runOwedDates(context, retention)
  return {
    ...runs,
    run: (...args: string[]) => runCommand(['runs', ...args], { DATABASE_URL: database.url }),
  }
}

describe('runs', () => {
  it('shows a table, the newest date first', async () => {
    const { run } = await setupNights()
    expect(await run()).toEqual({
      exit: 0,
      stderr: '',
      stdout: [
        'kind           date        state     started                took  done  refused',
        'retention      2026-03-02  finished  2026-03-03T12:00:00Z  0.0 s     0        0',
        'unrated-usage  2026-03-02  finished  2026-03-03T12:00:00Z  0.0 s     0        0',
        'unrated-usage  2026-03-01  finished  2026-03-02T12:00:00Z  0.0 s     0        0',
        '',
      ].join('\n'),
    })
  })

  it('shows one kind, and so many', async () => {
    const { run } = await setupNights()
    const lines = async (...args: string[]) => (await run(...args)).stdout.trimEnd().split('\n').slice(1)
    expect(await lines('--kind', 'unrated-usage')).toHaveLength(2)
    expect(await lines('--limit', '1')).toEqual([expect.stringContaining('retention ')])
  })

  it('does a finished run again, and says so', async () => {
    const { run } = await setupNights()
    expect(await run('--redo', 'unrated-usage', '2026-03-01')).toEqual({
      exit: 0,
      stderr: '',
      stdout: 'run unrated-usage of 2026-03-01 was done again: 0 done, 0 refused\n',
    })
    expect((await run()).stdout).toMatch(/unrated-usage +2026-03-01 +redone 1 /)
  })

  it('does no run again that is not there', async () => {
    const { run } = await setupNights()
    expect(await run('--redo', 'retention', '2026-02-01')).toMatchObject({
      exit: 1,
      stderr: 'there is no run retention of 2026-02-01: npm run -s runs shows what there is\n',
    })
  })

  it('does no run again while another of its kind is open, and shows that one as waiting', async () => {
    const { db, clock, run } = await setupNights()
    clock.advance(DAY_MS)
    await claimRun(db, { kind: 'retention', holder: crypto.randomUUID(), now: clock.now() })
    expect(await run('--redo', 'retention', '2026-03-02')).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('a run of kind retention is not finished'),
    })
    expect((await run('--limit', '1')).stdout).toMatch(/retention +2026-03-03 +waiting /)
  })

  it.each([
    [['--kind', 'nothing'], 'there is no kind nothing: the kinds are '],
    [['--redo', 'nothing', '2026-03-01'], 'there is no kind nothing'],
    [['--redo', 'retention'], '--redo takes a KIND and a DATE'],
    [['--redo', 'retention', '2026-02-30'], 'DATE "2026-02-30" is not a date like 2026-03-31'],
    [['2026-03-01'], 'unexpected argument "2026-03-01": meant for --redo?'],
    [['--limit', '0'], '--limit must be a whole number from 1 to 100000'],
    [['--wrong'], "Unknown option '--wrong'"],
  ])('refuses %j', async (args, says) => {
    const { exit, stderr } = await runCommand(['runs', ...args], {
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
    })
    expect(stderr).toContain(says)
    expect(stderr).toContain('Try: npm run -s runs -- --help')
    expect(exit).toBe(2)
  })
})
