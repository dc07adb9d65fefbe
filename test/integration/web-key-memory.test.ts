import { expect, it } from 'vitest'
import { revokeServiceKey } from '../../db/service-keys.ts'
import { withClient } from '../support/pg-client.ts'
import { countSessions } from '../support/pg-sessions.ts'
import { setupWeb } from '../support/web.ts'

it('a key that was just used is trusted for less than a second after it is revoked, and then no more', async () => {
  const { db, clock, send, issueKey } = await setupWeb()
  const key = await issueKey('crm', ['read'])
  const ask = () => send('/v1/accounts/acct_a/balance', { headers: { authorization: `Bearer ${key}` } })
  expect((await ask()).status).toBe(200)
  await revokeServiceKey(db, 'crm', clock.now())
  clock.advance(999)
  expect((await ask()).status).toBe(200)
  clock.advance(1)
  expect((await ask()).status).toBe(401)
})

it('a key that was looked up at a later time by the clock is looked up again', async () => {
  const { db, clock, send, issueKey } = await setupWeb()
  const key = await issueKey('crm', ['read'])
  const ask = () => send('/v1/accounts/acct_a/balance', { headers: { authorization: `Bearer ${key}` } })
  expect((await ask()).status).toBe(200)
  await revokeServiceKey(db, 'crm', clock.now())
  clock.advance(-3_600_000)
  expect((await ask()).status).toBe(401)
})

it('a key that is used is looked up again within its second, once, while its requests go on', async () => {
  const { database, clock, send, issueKey } = await setupWeb()
  const key = await issueKey('crm', ['read'])
  const ask = () => send('/v1/accounts/acct_a/balance', { headers: { authorization: `Bearer ${key}` } })
  const lookUps = () => countSessions(database.ownerUrl, "wait_event_type = 'Lock'")
  expect((await ask()).status).toBe(200)

  await withClient(database.ownerUrl, async (client) => {
    await client.query('begin')
    await client.query('lock table service_keys')
    clock.advance(500)
    for (let round = 0; round < 2; round++) {
      const answers = await Promise.all(Array.from({ length: 10 }, ask))
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
      await expect.poll(lookUps).toBe(1)
    }
    await client.query("update service_keys set revoked_at = now() where name = 'crm'")
    await client.query('commit')
  })
  await expect.poll(async () => (await ask()).status).toBe(401)
})
