import { describe, expect, it } from 'vitest'
import { closeFinding, noteFinding } from '../../db/findings.ts'
import { runCommand } from '../support/run-command.ts'
import { setup } from '../support/setup.ts'

const ID = '00000000-0000-4000-8000-000000000001'
const CLOSED_ID = '00000000-0000-4000-8000-000000000002'

/** An open finding, and one that was closed by what proved its cause gone. */
async function setupFindings() {
  const { db, clock, database } = await setup()
  const run = (...args: string[]) => runCommand(['findings', ...args], { DATABASE_URL: database.url })
  const note = {
    kind: 'ledger_broken',
    subject: 'acct_a',
    severity: 'critical',
    evidence: { seq: '3' },
    account: 'acct_a',
  } as const
  await noteFinding(db, { ...note, subject: 'acct_b', account: null }, { id: CLOSED_ID, now: clock.now() })
  await closeFinding(db, { ...note, subject: 'acct_b' }, clock.now())
  clock.advance(60_000)
  await noteFinding(db, note, { id: ID, now: clock.now() })
  return { db, run }
}

const OPEN = [
  'found                 severity  kind           subject  state   id',
  `2026-03-02T12:01:00Z  critical  ledger_broken  acct_a   open    ${ID}`,
  '  account acct_a {"seq":"3"}',
]

describe('findings', () => {
  it('shows what is open with its evidence, and ends with 1', async () => {
    const { run } = await setupFindings()
    const { exit, stdout, stderr } = await run()
    expect(stdout.split('\n')[1]).toMatch(/^2026-03-02T12:01:00Z +critical +ledger_broken +acct_a +open +0/)
    expect(stdout).toContain('\n  account acct_a {"seq":"3"}\n')
    expect(stdout).not.toContain('acct_b')
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' })
  })

  it('shows all, the newest first, and who closed what', async () => {
    const { run } = await setupFindings()
    expect((await run('--all')).stdout.trimEnd().split('\n')).toEqual([
      ...OPEN,
      `2026-03-02T12:00:00Z  critical  ledger_broken  acct_b   closed  ${CLOSED_ID}`,
      '  {"seq":"3"}',
      '  closed 2026-03-02T12:00:00.000Z by the proof that its cause is gone',
    ])
  })

  it("closes one in a person's name, once", async () => {
    const { db, run } = await setupFindings()
    const close = () => run('--close', ID, '--by', 'ann', '--reason', 'restored from the backup')
    expect(await close()).toEqual({ exit: 0, stderr: '', stdout: `finding ${ID} is closed by ann\n` })
    expect(await run()).toEqual({ exit: 0, stderr: '', stdout: 'no findings\n' })
    expect((await run('--all')).stdout).toContain(' by ann: restored from the backup\n')
    expect(await close()).toMatchObject({ exit: 1, stderr: `no open finding has the id ${ID}\n` })
    const rows = await db
      .selectFrom('findings')
      .select(['closed_by', 'closed_reason'])
      .where('id', '=', ID)
      .execute()
    expect(rows).toEqual([{ closed_by: 'ann', closed_reason: 'restored from the backup' }])
  })

  it.each([
    [['--close', ID, '--by', 'ann'], '--reason is missing'],
    [['--close', ID, '--reason', 'done'], '--by is missing'],
    [['--close', ID, '--by', ' ', '--reason', 'done'], '--by must not be empty'],
    [['--close', '7', '--by', 'ann', '--reason', 'done'], '--close must be the id of a finding'],
    [['--by', 'ann'], '--by and --reason belong to --close'],
    [['--limit', 'many'], '--limit must be a whole number'],
    [['all'], 'unexpected argument "all"'],
  ])('refuses %j', async (args, says) => {
    const { exit, stderr } = await runCommand(['findings', ...args], {
      DATABASE_URL: 'postgres://127.0.0.1:1/none',
    })
    expect(stderr).toContain(says)
    expect(exit).toBe(2)
  })
})
