import { expect, it } from 'vitest'
import { revokeServiceKey } from '../../db/service-keys.ts'
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
