import { describe, expect, it } from 'vitest'
import { readPasswordHash } from '../../db/operators.ts'
import { isPasswordOf } from '../../web/ops/operator-password.ts'
import { runCommand } from '../support/run-command.ts'
import { setup } from '../support/setup.ts'

async function setupCreateOperator() {
  const base = await setup()
  const createOperator = (...args: string[]) =>
    runCommand(['create-operator', ...args], { DATABASE_URL: base.database.url })
  const opens = async (name: string, printed: string) =>
    await isPasswordOf(await readPasswordHash(base.db, name), printed.trimEnd())
  return { ...base, createOperator, opens }
}

describe('create-operator', () => {
  it('prints a password, once, and nothing else; a name is given once', async () => {
    const { createOperator, opens } = await setupCreateOperator()
    const { exit, stdout, stderr } = await createOperator('--user', 'ann', '--role', 'admin')
    expect([exit, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^[\w-]{24}\n$/)
    expect(await opens('ann', stdout)).toBe(true)
    expect(await createOperator('--user', 'ann', '--role', 'support')).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'the name ann is taken: choose another one, or give it --reset\n',
    })
  })

  it('gives another password, and ends the one before', async () => {
    const { createOperator, opens } = await setupCreateOperator()
    const { stdout: first } = await createOperator('--user', 'ann', '--role', 'support')
    const { exit, stdout: second } = await createOperator('--reset', 'ann')
    expect(exit).toBe(0)
    expect([await opens('ann', first), await opens('ann', second)]).toEqual([false, true])
    expect(await createOperator('--reset', 'bob')).toMatchObject({
      exit: 1,
      stderr: 'there is no operator bob: make one with --user\n',
    })
  })

  it('disables an operator', async () => {
    const { createOperator, opens } = await setupCreateOperator()
    const { stdout: password } = await createOperator('--user', 'ann', '--role', 'support')
    expect(await createOperator('--disable', 'ann')).toMatchObject({
      exit: 0,
      stdout: 'disabled the operator ann\n',
    })
    expect(await opens('ann', password)).toBe(false)
    expect(await createOperator('--disable', 'ann')).toMatchObject({
      exit: 1,
      stderr: 'no operator ann is in force: nothing was changed\n',
    })
  })

  it.each([
    [[], '--user is missing'],
    [['--user', 'ann'], '--role is missing'],
    [['--user', 'ann', '--role', 'owner'], '--role must be support or admin'],
    [
      ['--user', 'Ann Lee', '--role', 'admin'],
      '--user must be 1 to 64 of a-z 0-9 . _ @ - and start with a letter or digit',
    ],
    [['--user', 'ann', '--disable', 'ann'], '--user, --reset and --disable are three different calls'],
    [['--reset', 'ann', '--role', 'admin'], '--role goes with --user'],
  ])('refuses %j', async (args, says) => {
    const refused = { exit: 2, stdout: '', stderr: `${says}\nTry: npm run -s create-operator -- --help\n` }
    expect(await runCommand(['create-operator', ...args])).toEqual(refused)
  })
})
