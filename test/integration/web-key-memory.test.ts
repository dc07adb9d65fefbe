import { expect, it } from 'vitest'
import { revokeServiceKey } from '../../db/service-keys.ts'
import { KeyMemory } from '../../web/key-memory.ts'
import { issueServiceKey } from '../../web/service-key.ts'
import { interceptStatements } from '../support/intercept-statements.ts'
import { setup } from '../support/setup.ts'

it('requests that come while a key is looked up share the look-up after it, which knows what was revoked before', async () => {
  const { db, clock } = await setup()
  const newId = () => crypto.randomUUID()
  const key = (await issueServiceKey(db, { name: 'stack', scopes: ['holds'] }, { clock, newId })) ?? ''
  const keys = new KeyMemory()
  const begun = Promise.withResolvers<void>()
  let lookUps = 0
  using _ = interceptStatements((text) => {
    if (!text.startsWith('select') || !text.includes('"service_keys"')) return text
    lookUps += 1
    begun.resolve()
    return text
  })

  const first = keys.recognise(db, key, clock.now())
  await begun.promise
  const others = Array.from({ length: 20 }, () => keys.recognise(db, key, clock.now()))
  expect(await first).toMatchObject({ name: 'stack' })
  expect(await Promise.all(others)).toEqual(
    Array.from({ length: 20 }, () => expect.objectContaining({ name: 'stack' })),
  )
  expect(lookUps).toBe(2)

  const during = keys.recognise(db, key, clock.now())
  await revokeServiceKey(db, 'stack', clock.now())
  expect(await Promise.all([1, 2].map(() => keys.recognise(db, key, clock.now())))).toEqual([null, null])
  await during
})
