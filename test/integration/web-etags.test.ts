import { expect, test } from 'vitest'
import { routes } from '../../web/routes/index.ts'
import { addressOf } from '../support/route-address.ts'
import { setupWeb } from '../support/web.ts'

/** What a client may save; each differs from what there is at first. */
const SETTINGS: Readonly<Record<string, unknown>> = {
  '/v1/accounts/:account/recharge-settings': { enabled: false, amount: '80', threshold: '20' },
  '/v1/accounts/:account/renewal-settings': { graceDays: 3, suspendedDays: 10, reserveDays: 0 },
  '/v1/accounts/:account/service-policy': { end: 'finish', overdraft: '10.00' },
}

const saved = routes.filter(
  ({ method, headers }) => method === 'PUT' && headers?.some(({ name }) => name === 'If-Match'),
)

test('every settings resource can be saved on the condition that nobody else was first', () => {
  expect(saved.map(({ path }) => path).sort()).toEqual(Object.keys(SETTINGS).sort())
  const puts = routes.filter(({ method, path }) => method === 'PUT' && !path.endsWith('/card/default'))
  expect(puts.map(({ path }) => path).sort()).toEqual(Object.keys(SETTINGS).sort())
})

test.each(saved.map(({ path }) => path))(
  '%s is refused with 412 where it was changed meanwhile',
  async (path) => {
    const { send } = await setupWeb()
    const address = addressOf(path, 'acct_a')
    const put = (etag: string) =>
      send(address, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'if-match': etag },
        body: JSON.stringify(SETTINGS[path]),
      })
    const first = (await send(address)).headers.get('etag') ?? ''
    expect(first).toMatch(/^"[\w-]{22}"$/)
    const done = await put(first)
    expect([done.status, await done.clone().text()]).toEqual([200, expect.any(String)])
    const second = (await send(address)).headers.get('etag') ?? ''
    expect(second).not.toBe(first)
    expect(done.headers.get('etag')).toBe(second)

    const late = await put(first)
    expect([late.status, await late.json()]).toEqual([
      412,
      expect.objectContaining({ type: '/problems/changed-meanwhile' }),
    ])
    expect((await send(address)).headers.get('etag')).toBe(second)
  },
)
