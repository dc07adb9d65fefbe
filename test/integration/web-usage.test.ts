import { describe, expect, test } from 'vitest'
import { queueBackends } from '../support/queue-backends.ts'
import { callRecord } from '../support/usage.ts'
import { setupWeb } from '../support/web.ts'

const json = (records: readonly unknown[]) => JSON.stringify({ v: 1, records })
const ndjson = (records: readonly unknown[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')
const NDJSON = 'application/x-ndjson'

describe.each(queueBackends())('usage over HTTP, queues on $name', (backend) => {
  test('is charged once, however often and in whatever form it is sent', async () => {
    const web = await setupWeb(backend)
    await web.startWorker()
    const records = Array.from({ length: 300 }, (_, n) =>
      callRecord({ id: `call-${n}`, account: n % 3 ? 'acct_a' : 'acct_b' }),
    )
    const bad = [callRecord({ id: 'bad', to: 'nowhere' }), 'no object']

    expect(await web.post('/v1/usage', json([...records, ...bad]))).toEqual({
      status: 202,
      body: {
        accepted: 300,
        rejected: [
          {
            index: 300,
            id: 'bad',
            code: 'invalid_record',
            message: 'to must be E.164 with + (3 to 15 digits) or a short code of 2 to 8 digits',
          },
          { index: 301, id: null, code: 'invalid_record', message: 'record must be a JSON object' },
        ],
      },
    })
    const again = await web.post('/v1/usage', ndjson([...records].reverse()), NDJSON)
    expect(again).toEqual({ status: 202, body: { accepted: 300, rejected: [] } })

    await web.settled(600)
    expect(await web.get('/v1/accounts/acct_a/balance')).toMatchObject({ balance: '-126.000000' })
    expect(await web.get('/v1/accounts/acct_b/balance')).toMatchObject({ balance: '-63.000000' })
  })
})

test('a line of NDJSON that cannot be read is rejected with its place, and the others are taken', async () => {
  const web = await setupWeb()
  const lines = [
    JSON.stringify(callRecord({ id: 'first' })),
    '{"id": "cut',
    '',
    JSON.stringify(
      callRecord({ id: 'renewal', item: 'phone_number', kind: 'renewal', durationMs: undefined }),
    ),
    JSON.stringify(callRecord({ id: 'long', note: 'x'.repeat(66_000) })),
    '{"id": "\xff"}',
    JSON.stringify(callRecord({ id: 'last' })),
  ]
  const { status, body } = await web.post('/v1/usage', Buffer.from(lines.join('\r\n'), 'latin1'), NDJSON)
  expect(status).toBe(202)
  expect(body).toEqual({
    accepted: 2,
    rejected: [
      { index: 1, id: null, code: 'invalid_record', message: 'the line is not valid JSON' },
      {
        index: 2,
        id: 'renewal',
        code: 'invalid_record',
        message: 'kind renewal is charged by the nightly run and not accepted from producers',
      },
      { index: 3, id: null, code: 'invalid_record', message: 'the line is longer than 65536 bytes' },
      { index: 4, id: null, code: 'invalid_record', message: 'the line is not valid UTF-8' },
    ],
  })
  await web.startWorker()
  await web.settled(2)
  const stored = await web.db.selectFrom('usage_records').select('id').orderBy('id').execute()
  expect(stored).toEqual([{ id: 'first' }, { id: 'last' }])
})

test('fields that the contract does not know are left behind', async () => {
  const web = await setupWeb()
  const blocked = callRecord({ to: '+19005550100', callId: 'in-1', holdId: 'h-1', tags: { agent: 'kim' } })
  const more = `"amount":"0","account_id":"acct_b","is_admin":true,"nested":${'['.repeat(9_000)}${']'.repeat(9_000)}`
  const sent = `${JSON.stringify(blocked).slice(0, -1)},${more}}`
  expect(await web.post('/v1/usage', sent, NDJSON)).toMatchObject({ body: { accepted: 1 } })

  await web.startWorker()
  await web.settled(1)
  const unrated = await web.db
    .selectFrom('unrated_usage')
    .select(['account_id', 'record'])
    .executeTakeFirstOrThrow()
  expect(unrated.account_id).toBe('acct_a')
  expect(JSON.parse(unrated.record)).toEqual(blocked)
})

test('an envelope without records is taken and stores nothing', async () => {
  const web = await setupWeb()
  expect(await web.post('/v1/usage', json([]))).toEqual({ status: 202, body: { accepted: 0, rejected: [] } })
})

test('a body that is not what the call takes is refused as a whole', async () => {
  const { post } = await setupWeb()
  const many = Array.from({ length: 10_001 }, () => 1)
  for (const [body, mediaType, status, problem] of [
    [
      '{"v": 1,\n "records": [oops]}',
      'application/json',
      400,
      { line: 2, column: 14, rule: 'a value was expected' },
    ],
    [
      '',
      'application/json',
      400,
      { detail: 'the body is not JSON: a value was expected at line 1, column 1' },
    ],
    [
      Buffer.from('{"v": 1, "records": ["\xff"]}', 'latin1'),
      'application/json',
      400,
      { detail: 'the body is not valid UTF-8' },
    ],
    ['[]', 'application/json', 400, { field: 'body', rule: 'must be an object with v and records' }],
    ['{"records": []}', 'application/json', 400, { field: 'v', rule: 'must be 1' }],
    ['{"v": "1", "records": []}', 'application/json', 400, { field: 'v', rule: 'must be 1' }],
    ['{"v": 2, "records": []}', 'application/json', 400, { type: '/problems/unknown-version', field: 'v' }],
    [
      '{"v": 1, "records": {}}',
      'application/json',
      400,
      { field: 'records', rule: 'must be an array of usage records' },
    ],
    [json(many), 'application/json', 413, { field: 'records', rule: 'at most 10000' }],
    [ndjson(many), NDJSON, 413, { detail: 'a request carries at most 10000 records, this one has 10001' }],
    [' '.repeat(5 * 1_048_576 + 1), NDJSON, 413, { detail: 'a body may have at most 5 MiB' }],
    ['id=1', 'application/x-www-form-urlencoded', 415, { type: '/problems/unsupported-media-type' }],
    [json([]), 'nonsense', 415, { detail: 'Content-Type must be application/json or application/x-ndjson' }],
  ] as const) {
    const answer = await post('/v1/usage', body, mediaType)
    expect(answer, `${mediaType} ${String(body).slice(0, 40)}`).toMatchObject({
      status,
      body: { status, ...problem },
    })
  }
})

test('a request without a body is refused', async () => {
  const { send } = await setupWeb()
  const answer = await send('/v1/usage', { method: 'POST' })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ type: '/problems/malformed-body' })
})
