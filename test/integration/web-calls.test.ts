import { expect, test } from 'vitest'
import { callRecord } from '../support/usage.ts'
import { type Json, setupWeb } from '../support/web.ts'

const at = (minute: number) => `2026-03-02T11:0${minute}:00Z`

const inbound = callRecord({
  id: 'in-1',
  kind: 'inbound',
  from: '+14155550111',
  to: '+12025550123',
  occurredAt: at(0),
})
const attempt = (id: string, minute: number, to: string) =>
  callRecord({
    ...{ id, item: 'ring_through_attempt', kind: undefined, durationMs: undefined },
    ...{ to, callId: 'in-1', occurredAt: at(minute), tags: { agent: 'kim' } },
  })
const unanswered = callRecord({ id: 'leg-1', callId: 'in-1', durationMs: 0, occurredAt: at(3) })

test('a call is told with its attempts and legs in the order of their time, free ones too', async () => {
  const { charge, get } = await setupWeb()
  await charge([callRecord({ id: 'other', callId: 'in-2' })])
  await charge([attempt('try-2', 2, '+14155550222'), unanswered, attempt('try-1', 1, '+14155550333')])
  await charge([inbound])

  const call = await get('/v1/accounts/acct_a/calls/in-1')
  expect(call).toMatchObject({ callId: 'in-1', currency: 'USD', total: '-0.650000' })
  expect(call.records.map(({ id, entry, amount }: Json) => ({ id, entry, amount }))).toEqual([
    { id: 'in-1', entry: '4', amount: '-0.630000' },
    { id: 'try-1', entry: '2', amount: '-0.010000' },
    { id: 'try-2', entry: '3', amount: '-0.010000' },
    { id: 'leg-1', entry: null, amount: '0.000000' },
  ])
  expect(call.records[0]).toEqual({
    id: 'in-1',
    entry: '4',
    item: 'phone_call',
    kind: 'inbound',
    from: '+14155550111',
    to: '+12025550123',
    occurredAt: '2026-03-02T11:00:00.000Z',
    durationMs: 63_000,
    billedSeconds: 63,
    segments: null,
    amount: '-0.630000',
    description: 'Call from +14155550111 to +12025550123',
    steps: [
      'call of 63 s billed as 63 s',
      '63 s billed at 0.010000 per 1 s = 0.630000',
      'rounded half_even to 6 places: 0.630000',
    ],
    tags: {},
  })
  expect(call.records[1]).toMatchObject({
    description: 'Ring-Through attempt to +14155550333',
    tags: { agent: 'kim' },
  })
  expect(call.records[3].steps).toEqual(['unanswered call: 0.000000'])
})

test('a record that names another call is no call of its own', async () => {
  const { charge, get } = await setupWeb()
  await charge([attempt('try-1', 1, '+14155550222')])
  expect((await get('/v1/accounts/acct_a/calls/in-1')).records).toHaveLength(1)
  expect(await get('/v1/accounts/acct_a/calls/try-1')).toMatchObject({ status: 404 })
})

test('an id of a call may be any text', async () => {
  const { charge, get } = await setupWeb()
  const callId = 'a b/ü?#%'
  await charge([callRecord({ callId })])
  const call = await get(`/v1/accounts/acct_a/calls/${encodeURIComponent(callId)}`)
  expect(call).toMatchObject({ callId, records: [{ id: 'call-1', entry: '1' }] })
})

test("another account's call is no call of this one", async () => {
  const { charge, send } = await setupWeb()
  await charge([callRecord({ callId: 'in-1' })])
  for (const path of ['acct_b/calls/in-1', 'acct_a/calls/nowhere', `acct_a/calls/${'x'.repeat(129)}`]) {
    const answer = await send(`/v1/accounts/${path}`)
    expect(answer.status, path).toBe(404)
    expect(await answer.json()).toMatchObject({ type: '/problems/unknown-call' })
  }
  const answer = await send('/v1/accounts/acct_x/calls/in-1')
  expect(await answer.json()).toMatchObject({ status: 404, type: '/problems/unknown-account' })
})
