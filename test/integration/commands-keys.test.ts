import { describe, expect, it } from 'vitest'
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
    const { createKey, db } = await setupCreateKey()
    const { exit, stdout, stderr } = await createKey('--name', 'crm', '--scopes', 'read, manage,read')

    expect([exit, stderr]).toEqual([0, ''])
    expect(await recogniseServiceKey(db, stdout.trimEnd())).toMatchObject({
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
    const { createKey, db } = await setupCreateKey()
    const { stdout: key } = await createKey('--name', 'crm', '--scopes', 'usage')

    expect(await createKey('--revoke', 'crm')).toEqual({
      exit: 0,
      stdout: 'revoked the key of crm\n',
      stderr: '',
    })
    expect(await recogniseServiceKey(db, key.trimEnd())).toBeNull()
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
