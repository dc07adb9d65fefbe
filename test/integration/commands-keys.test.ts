import { describe, expect, it, test } from 'vitest'
import { recogniseServiceKey } from '../../web/service-key.ts'
import { runCommand } from '../support/run-command.ts'
import { setup } from '../support/setup.ts'

async function setupCreateKey() {
  const base = await setup()
  const createKey = (...args: string[]) =>
    runCommand(['create-key', ...args], { DATABASE_URL: base.database.url })
  return { ...base, createKey }
}

describe('create-key', () => {
  it('prints a new key, once, and nothing else', async () => {
    const { createKey, db, clock } = await setupCreateKey()
    const { exit, stdout, stderr } = await createKey('--name', 'crm', '--scopes', 'read, manage,read')

    expect([exit, stderr]).toEqual([0, ''])
    expect(await recogniseServiceKey(db, stdout.trimEnd(), clock.now())).toMatchObject({
      name: 'crm',
      scopes: ['read', 'manage'],
    })
    expect(await createKey('--name', 'crm', '--scopes', 'read')).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'the name crm has a key in force: choose another name, or revoke that key first\n',
    })
  })

  it('revokes the key of a name', async () => {
    const { createKey, db, clock } = await setupCreateKey()
    const { stdout: key } = await createKey('--name', 'crm', '--scopes', 'usage')

    expect(await createKey('--revoke', 'crm')).toEqual({
      exit: 0,
      stdout: 'revoked the key of crm\n',
      stderr: '',
    })
    expect(await recogniseServiceKey(db, key.trimEnd(), clock.now())).toBeNull()
    expect(await createKey('--revoke', 'crm')).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'no key named crm is in force: nothing was changed\n',
    })
  })

  it.each([
    [[], '--name is missing'],
    [['--name', 'crm'], '--scopes is missing'],
    [['--name', 'a\nb', '--scopes', 'read'], '--name must be 1 to 64 letters, digits, spaces or _ . : @ -'],
    [
      ['--name', 'crm', '--scopes', 'read,fax'],
      '--scopes has "fax": each must be one of usage, holds, read, manage',
    ],
    [['--revoke', 'crm', '--name', 'crm'], '--revoke NAME goes with neither --name nor --scopes'],
  ])('refuses %j', async (args, says) => {
    const { createKey } = await setupCreateKey()
    const refused = { exit: 2, stdout: '', stderr: `${says}\nTry: npm run -s create-key -- --help\n` }
    expect(await createKey(...args)).toEqual(refused)
  })
})

test('list-keys shows every key with its scopes, its last use and its end, and no key', async () => {
  const { createKey, db, database } = await setupCreateKey()
  const { stdout: key } = await createKey('--name', 'crm', '--scopes', 'read,manage')
  await createKey('--name', 'former', '--scopes', 'usage')
  await createKey('--revoke', 'former')
  await recogniseServiceKey(db, key.trimEnd(), new Date('2026-03-02T12:00:59Z'))

  const { exit, stdout } = await runCommand(['list-keys'], { DATABASE_URL: database.url })
  expect(exit).toBe(0)
  const [head, crm, former] = stdout.split('\n').map((line) => line.split(/ {2,}/))
  expect(head).toEqual(['name', 'scopes', 'made', 'used', 'state'])
  expect(crm).toEqual(['crm', 'read,manage', expect.any(String), '2026-03-02T12:00Z', 'in force'])
  expect(former?.slice(3)).toEqual(['never', expect.stringMatching(/^revoked \d{4}-/)])
  expect(stdout).not.toContain(key.trimEnd())
})
