import { describe, expect, test } from 'vitest'
import { pauseAutoRecharge } from '../../db/auto-recharge.ts'
import { inTransaction } from '../../db/transaction.ts'
import { cardFields, confirmInBrowser, setupWebPayments, type WebPayments } from '../support/payments-web.ts'

const CARD = '/v1/accounts/acct_a/card'
const CONSENT = { by: 'pat@example.com', textVersion: '2026-11' }

const begin = ({ call }: WebPayments, json: unknown = { role: 'default', consent: CONSENT }) =>
  call('POST', `${CARD}/setup`, { json })

async function register(web: WebPayments, number?: string, role = 'default') {
  const { body } = await begin(web, { role, consent: CONSENT })
  await confirmInBrowser(web, body.setupIntent, { client_secret: body.clientSecret, ...cardFields(number) })
  return await web.call('POST', `${CARD}/setup/${body.setupIntent}`)
}

describe('a card', () => {
  test('is registered once under one Idempotency-Key, however often its registration is begun', async () => {
    const { call } = await setupWebPayments()
    const beginAs = (key: string, role = 'default') =>
      call('POST', `${CARD}/setup`, {
        json: { role, consent: CONSENT },
        headers: { 'idempotency-key': key },
      })
    const first = await beginAs('k1')
    expect((await beginAs('k1')).body).toEqual(first.body)
    expect((await beginAs('k2')).body.setupIntent).not.toBe(first.body.setupIntent)
    expect((await beginAs('k1', 'backup')).body.setupIntent).not.toBe(first.body.setupIntent)
    expect(await beginAs('two words')).toMatchObject({ status: 400 })
  })

  test('is registered by the browser at Stripe, and shown without its number', async () => {
    const web = await setupWebPayments()
    const begun = await begin(web)
    expect(begun.status).toBe(201)
    const { setupIntent, clientSecret } = begun.body
    const finish = () => web.call('POST', `${CARD}/setup/${setupIntent}`)
    expect(await finish()).toMatchObject({ status: 202, body: { status: 'waiting' } })

    await confirmInBrowser(web, setupIntent, { client_secret: clientSecret, ...cardFields() })

    const finished = await finish()
    expect(finished).toMatchObject({
      status: 200,
      body: { brand: 'visa', last4: '4242', expiry: '2030-12', stoppedReason: null, backup: null },
    })
    expect(await finish()).toMatchObject({ status: 200, body: finished.body })
    expect((await web.call('GET', CARD)).body).toEqual(finished.body)
    const stored = await web.db.selectFrom('cards').select(['consented_by', 'consent_version']).execute()
    expect(stored).toEqual([{ consented_by: CONSENT.by, consent_version: CONSENT.textVersion }])
    expect(JSON.stringify(web.logged.lines)).not.toContain(clientSecret)
  })

  test('that takes the place of another one is the only one', async () => {
    const web = await setupWebPayments()
    await register(web)
    await register(web, '5555555555554444')
    expect((await web.call('GET', CARD)).body).toMatchObject({
      brand: 'mastercard',
      last4: '4444',
      backup: null,
    })
  })

  test('that is declined when it is handed over is not on file', async () => {
    const web = await setupWebPayments()
    expect((await register(web, '4000000000000002')).body).toEqual({ status: 'waiting' })
    expect(await web.call('GET', CARD)).toMatchObject({ status: 404, body: { type: '/problems/no-card' } })
  })

  test.each([
    [{ consent: CONSENT, role: 'third' }, 'role', 'must be one of default, backup'],
    [{ role: 'backup' }, 'consent', 'must say who agreed, and to which text'],
    [{ consent: { by: ' ', textVersion: '1' } }, 'consent.by', 'must be 1 to 100 characters'],
    [{ consent: { by: 'pat' } }, 'consent.textVersion', 'must be 1 to 100 characters'],
  ])('is not registered by %j', async (json, field, rule) => {
    const web = await setupWebPayments()
    expect(await begin(web, json)).toMatchObject({ status: 400, body: { field, rule } })
  })

  test('whose registration belongs to another account, or to none, cannot be put on file', async () => {
    const web = await setupWebPayments()
    const { body } = await begin(web)
    await confirmInBrowser(web, body.setupIntent, { client_secret: body.clientSecret, ...cardFields() })
    for (const path of [
      `/v1/accounts/acct_b/card/setup/${body.setupIntent}`,
      `${CARD}/setup/seti_unknown`,
      `${CARD}/setup/..%2Fx`,
    ]) {
      expect(await web.call('POST', path), path).toMatchObject({
        status: 404,
        body: { type: '/problems/unknown-card-setup' },
      })
    }
    expect(await web.call('GET', CARD)).toMatchObject({ status: 404 })
  })

  test('is charged at once where auto-recharge only waited for one', async () => {
    const web = await setupWebPayments()
    await web.startPaymentWorker()
    await inTransaction(web.db, (tx) =>
      pauseAutoRecharge(tx, { account: 'acct_a', reason: 'no_card', switchOff: false }, web.clock.now()),
    )
    await register(web)
    await expect
      .poll(async () => (await web.call('GET', '/v1/accounts/acct_a/topups')).body.topups[0]?.status, {
        timeout: 10_000,
      })
      .toBe('succeeded')
  })
})

describe('the backup card', () => {
  test('is shown beside the first, and changes places with it', async () => {
    const web = await setupWebPayments()
    await register(web)
    const { body } = await register(web, '5555555555554444', 'backup')
    expect(body).toMatchObject({ last4: '4242', backup: { last4: '4444', brand: 'mastercard' } })

    const swapped = await web.call('PUT', `${CARD}/default`)
    expect(swapped.body).toMatchObject({ last4: '4444', backup: { last4: '4242' } })
    expect((await web.call('GET', CARD)).body).toEqual(swapped.body)
  })

  test('has auto-recharge go on when it becomes the default card, but not during a dispute', async () => {
    const web = await setupWebPayments()
    await register(web)
    await register(web, '5555555555554444', 'backup')
    const pausedReason = async () =>
      (await web.call('GET', '/v1/accounts/acct_a/recharge-settings')).body.pausedReason
    for (const [reason, after] of [
      ['card_expired', null],
      ['dispute', 'dispute'],
    ] as const) {
      await inTransaction(web.db, (tx) =>
        pauseAutoRecharge(tx, { account: 'acct_a', reason, switchOff: false }, web.clock.now()),
      )
      await web.call('PUT', `${CARD}/default`)
      expect(await pausedReason()).toBe(after)
    }
  })

  test('that there is not cannot change places', async () => {
    const web = await setupWebPayments()
    await register(web)
    expect(await web.call('PUT', `${CARD}/default`)).toMatchObject({
      status: 409,
      body: { type: '/problems/no-card' },
    })
  })
})

describe('a card that is deleted', () => {
  test('is forgotten at Stripe too, and auto-recharge rests', async () => {
    const web = await setupWebPayments()
    const { body } = await register(web)
    expect(await web.call('DELETE', CARD)).toMatchObject({ status: 204, body: null })
    expect(await web.call('GET', CARD)).toMatchObject({ status: 404 })
    expect(web.stripe.state.paymentMethods.get(body.id)?.customer).toBeNull()
    const settings = await web.call('GET', '/v1/accounts/acct_a/recharge-settings')
    expect(settings.body.pausedReason).toBe('no_card')
    expect(await web.call('DELETE', CARD)).toMatchObject({ status: 404, body: { type: '/problems/no-card' } })
  })

  test.each(['role=backup', 'card=ID'])('is the one that is named by %s', async (query) => {
    const web = await setupWebPayments()
    await register(web)
    const { body } = await register(web, '5555555555554444', 'backup')
    const { status } = await web.call('DELETE', `${CARD}?${query.replace('ID', body.backup.id)}`)
    expect(status).toBe(204)
    expect((await web.call('GET', CARD)).body).toMatchObject({ last4: '4242', backup: null })
  })

  test('leaves its place to the backup card', async () => {
    const web = await setupWebPayments()
    await register(web)
    await register(web, '5555555555554444', 'backup')
    await web.call('DELETE', CARD)
    expect((await web.call('GET', CARD)).body).toMatchObject({ last4: '4444', backup: null })
  })

  test.each([
    ['role=third', 'role'],
    ['card=pm_1&role=backup', 'role'],
    ['id=pm_1', 'id'],
  ])('is not guessed from %s', async (query, field) => {
    const web = await setupWebPayments()
    await register(web)
    expect(await web.call('DELETE', `${CARD}?${query}`)).toMatchObject({ status: 400, body: { field } })
    expect((await web.call('GET', CARD)).status).toBe(200)
  })

  test("is not another account's", async () => {
    const web = await setupWebPayments()
    const { body } = await register(web)
    expect(await web.call('DELETE', `/v1/accounts/acct_b/card?card=${body.id}`)).toMatchObject({
      status: 404,
      body: { type: '/problems/no-card' },
    })
    expect((await web.call('GET', CARD)).status).toBe(200)
  })
})

test('while Stripe does not answer a registration is put off', async () => {
  const web = await setupWebPayments()
  web.stripe.faults.next('html_502_before', { method: 'POST', path: '/v1/customers' })
  const { status, headers, body } = await begin(web)
  expect({ status, retryAfter: headers.get('retry-after') }).toEqual({ status: 503, retryAfter: '30' })
  expect(body.type).toBe('/problems/unavailable')
  expect((await begin(web)).status).toBe(201)
})
