import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { importRateCard } from '../../db/rate-cards.ts'
import { NUMBER_RATES } from '../support/number-rates.ts'
import { type Json, setupWeb } from '../support/web.ts'

const NUMBERS = '/v1/accounts/acct_a/numbers'
const NUMBER = '+14155550100'
const RESTORE = `${NUMBERS}/${NUMBER}/restore`

/** A number that was bought and released. */
async function setupReleased() {
  const web = await setupWeb()
  await importRateCard(web.db, { name: 'standard', account: null, rates: NUMBER_RATES }, web.clock.now())
  await web.adjustBy('a1', '100')
  const post = async (path: string, key: string | null, body: unknown = {}) => {
    const answer = await web.send(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(key === null ? {} : { 'idempotency-key': key }) },
    })
    return {
      status: answer.status,
      replayed: answer.headers.get('idempotency-replayed'),
      body: (await answer.json()) as Json,
    }
  }
  await post(NUMBERS, 'purchase', { number: NUMBER })
  await web.send(`${NUMBERS}/${NUMBER}`, { method: 'DELETE' })
  return { ...web, repeat: post }
}

test('the same request under the same key is done once and answered alike', async () => {
  const { repeat } = await setupReleased()
  const first = await repeat(RESTORE, 'k1')
  expect(first).toMatchObject({ status: 200, replayed: null, body: { state: 'active' } })
  expect(await repeat(RESTORE, 'k1')).toEqual({ ...first, replayed: 'true' })
  expect(await repeat(RESTORE, 'k2')).toMatchObject({ status: 409, body: { code: 'number_not_released' } })
})

test('a refusal stays one under its key', async () => {
  const { repeat, send } = await setupReleased()
  await repeat(RESTORE, 'k1')
  const refused = await repeat(RESTORE, 'k2')
  await send(`${NUMBERS}/${NUMBER}`, { method: 'DELETE' })

  const again = await repeat(RESTORE, 'k2')
  expect(again).toMatchObject({ status: 409, replayed: 'true', body: { code: 'number_not_released' } })
  expect(again.body.requestId).not.toBe(refused.body.requestId)
})

test('of many at once one does it, and the others are told so or answered alike', async () => {
  const { repeat, db } = await setupReleased()
  const answers = await Promise.all(Array.from({ length: 12 }, () => repeat(RESTORE, 'k1')))
  for (const { status, body } of answers) {
    if (status === 200) expect(body).toMatchObject({ state: 'active' })
    else expect(body).toMatchObject({ status: 409, type: '/problems/request-in-progress' })
  }
  expect(answers.filter(({ status, replayed }) => status === 200 && replayed === null)).toHaveLength(1)
  const restored = await db
    .selectFrom('number_changes')
    .select('seq')
    .where('event', '=', 'restore')
    .execute()
  expect(restored).toHaveLength(1)
})

test('a key stands for one request alone', async () => {
  const { repeat } = await setupReleased()
  await repeat(RESTORE, 'k1')
  for (const [path, body] of [
    [RESTORE, { more: true }],
    [`${NUMBERS}/${NUMBER}/port-out`, {}],
  ] as const) {
    expect(await repeat(path, 'k1', body)).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    })
  }
})

test('a key is needed where money moves', async () => {
  const { repeat } = await setupReleased()
  expect(await repeat(RESTORE, null)).toMatchObject({ status: 400, body: { field: 'Idempotency-Key' } })
  expect(await repeat(RESTORE, 'two words')).toMatchObject({
    status: 400,
    body: { field: 'Idempotency-Key' },
  })
})

test('a request whose process died is taken on by a later one', async () => {
  const { repeat, db, clock } = await setupReleased()
  const first = await repeat(RESTORE, 'k1')
  await db.deleteFrom('repeatable_requests').execute()
  const died = { account_id: 'acct_a', key: 'k1', started_at: clock.now() }
  const content = JSON.stringify(['POST', RESTORE, {}])
  const request_sha256 = createHash('sha256').update(content).digest()
  await db
    .insertInto('repeatable_requests')
    .values({ ...died, request_sha256 })
    .execute()

  expect(await repeat(RESTORE, 'k1')).toMatchObject({
    status: 409,
    body: { type: '/problems/request-in-progress' },
  })
  clock.advance(120_001)
  expect(await repeat(RESTORE, 'k1')).toMatchObject({ status: 409, body: { code: 'number_not_released' } })
  expect(first.status).toBe(200)
})
