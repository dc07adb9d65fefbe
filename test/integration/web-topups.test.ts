import { describe, expect, test } from 'vitest'
import { closePaymentGate, pausePayments, readPaymentGate } from '../../db/payment-gate.ts'
import { balanceOf } from '../support/ledger.ts'
import { usd } from '../support/payments.ts'
import { CONFIRM } from '../support/payments-faults.ts'
import { setupWebPayments, type WebPayments } from '../support/payments-web.ts'
import { withClient } from '../support/pg-client.ts'
import { setupWeb } from '../support/web.ts'

const TOPUPS = '/v1/accounts/acct_a/topups'

describe('Pay now', () => {
  test('charges the card on file, adds the credit, and says so', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()

    const { status, headers, body } = await web.pay('25.00', { 'x-acting-user': 'Zoë at the desk' })

    expect(status).toBe(201)
    expect(body).toMatchObject({ status: 'succeeded', amount: '25.000000', reason: null, clientSecret: null })
    expect(headers.get('location')).toBe(`${TOPUPS}/${body.id}`)
    expect(await balanceOf(web.db)).toBe(usd('25'))
    const { clientSecret: _, ...listed } = body
    expect((await web.call('GET', `${TOPUPS}/${body.id}`)).body).toEqual(body)
    expect((await web.call('GET', TOPUPS)).body).toEqual({ topups: [listed] })
  })

  test('names the key or the person who paid', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    expect((await web.pay('10')).body.requestedBy).toBe('service key everything')
    const named = await web.pay('10', { 'x-acting-user': Buffer.from('Zoë').toString('latin1') })
    expect(named.body.requestedBy).toBe('Zoë')
    expect(await web.pay('10', { 'x-acting-user': ' ' })).toMatchObject({
      status: 400,
      body: { field: 'X-Acting-User' },
    })
  })

  test.each([
    ['a number', 25],
    ['no amount', undefined],
    ['parts of a cent', '25.001'],
    ['words', 'ten'],
    ['a minus', '-25'],
    ['less than $10', '9.99'],
    ['more than $5,000', '5000.01'],
  ])('refuses %s, and charges nothing', async (_what, amount) => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    const { status, body } = await web.call('POST', TOPUPS, {
      json: { amount },
      headers: { 'idempotency-key': 'k' },
    })
    expect(status).toBe(400)
    expect(body).toMatchObject({
      type: '/problems/invalid-value',
      field: 'amount',
      rule: expect.stringMatching(/^must be /),
    })
    expect(body.faults).toEqual([{ field: body.field, rule: body.rule }])
    expect(web.stripe.requests.filter(({ path }) => path.startsWith('/v1/payment_intents'))).toEqual([])
  })

  test.each(['', 'a b', 'x'.repeat(256), undefined])('refuses the idempotency key %j', async (key) => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
    expect(await web.call('POST', TOPUPS, { json: { amount: '25' }, headers })).toMatchObject({
      status: 400,
      body: { field: 'Idempotency-Key', rule: 'must be given: 1 to 255 visible ASCII characters' },
    })
  })

  test('clicked twenty times at once with one key charges once', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()

    const clicks = Array.from({ length: 20 }, () => web.pay('25', { 'idempotency-key': 'one' }))
    const answers = await Promise.all(clicks)

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const again = await web.pay('25', { 'idempotency-key': 'one' })
    expect(again.body).toMatchObject({ status: 'succeeded', id: answers[0]?.body.id })
    expect(web.stripe.state.charges.size).toBe(1)
    expect(await balanceOf(web.db)).toBe(usd('25'))
  })

  test("clicked again while Stripe is slow says so, and is in nobody's way", async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    const held = web.stripe.faults.next('hang_before', CONFIRM)
    const first = web.pay('25', { 'idempotency-key': 'one' })
    await web.stripe.requestsSeen(CONFIRM)

    const clicks = Array.from({ length: 8 }, () => web.pay('25', { 'idempotency-key': 'one' }))
    const answers = await Promise.all(clicks)
    held.release()

    expect(new Set(answers.map(({ status, body }) => `${status} ${body.status}`))).toEqual(
      new Set(['201 processing']),
    )
    expect(await readPaymentGate(web.db)).toMatchObject({ failures: 0, closedUntil: null })
    expect((await first).body.status).toBe('succeeded')
  })

  test('of two tabs with a key each charges in one and names it in the other', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    const held = web.stripe.faults.next('hang_before', CONFIRM)
    const first = web.pay('25', { 'idempotency-key': 'tab-1' })
    await web.stripe.requestsSeen(CONFIRM)

    const second = await web.pay('25', { 'idempotency-key': 'tab-2' })
    held.release()

    const { body } = await first
    expect(body.status).toBe('succeeded')
    expect(second).toMatchObject({ status: 409, body: { type: '/problems/topup-open', topup: body.id } })
    expect(web.stripe.state.charges.size).toBe(1)
  })

  test('refuses a key that stands for another amount, and takes the same key for another account', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    await web.payments.registerCard('pm_card_visa', { account: 'acct_b' })
    const headers = { 'idempotency-key': 'mine' }
    await web.pay('25', headers)

    expect(await web.pay('26', headers)).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    })
    const other = await web.call('POST', '/v1/accounts/acct_b/topups', { json: { amount: '26' }, headers })
    expect(other.body).toMatchObject({ status: 'succeeded', amount: '26.000000' })
  })

  test('without a card is refused', async () => {
    const web = await setupWebPayments()
    expect(await web.pay('25')).toMatchObject({
      status: 409,
      body: { type: '/problems/no-card', status: 409 },
    })
  })

  test('of a closed account is refused', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    await web.db.updateTable('accounts').set({ status: 'closed' }).where('id', '=', 'acct_a').execute()
    expect(await web.pay('25')).toMatchObject({ status: 409, body: { type: '/problems/account-closed' } })
  })

  test('that the bank declines fails with the reason in plain words', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard('pm_card_declined_insufficient_funds')
    expect((await web.pay('25')).body).toMatchObject({
      status: 'failed',
      reason: 'insufficient_funds',
      message: 'There was not enough money on the card. Put money on the card, or use another one.',
      clientSecret: null,
    })
  })

  test('after too many declines in a day is refused', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard('pm_card_declined_generic_decline')
    for (let n = 0; n < 5; n++) expect((await web.pay('25')).body.status).toBe('failed')
    expect(await web.pay('25')).toMatchObject({
      status: 429,
      body: { type: '/problems/payment-limit', limit: 'declined_today' },
    })
  })

  test('that the customer has to authenticate gives the page what it needs, and ends when they have', async () => {
    const web = await setupWebPayments()
    const card = await web.payments.registerCard()
    await web.stripe.stories.behave(card, { kind: 'asks_to_authenticate' })

    const { body } = await web.pay('25')

    const [intent] = web.stripe.state.paymentIntents.values()
    if (!intent) throw new Error('there is no payment')
    expect(body).toMatchObject({
      status: 'requires_action',
      reason: 'authentication_required',
      clientSecret: intent.client_secret,
    })
    const { clientSecret, ...listed } = body
    expect((await web.call('GET', TOPUPS)).body).toEqual({ topups: [listed] })
    expect(JSON.stringify(web.logged.lines)).not.toContain(clientSecret)
    expect(await storedText(web)).not.toContain(clientSecret)

    await web.stripe.stories.authenticate(intent.id, true)
    await web.payments.deliverEvents()
    expect((await web.call('GET', `${TOPUPS}/${body.id}`)).body).toMatchObject({
      status: 'succeeded',
      clientSecret: null,
    })
    expect(await balanceOf(web.db)).toBe(usd('25'))
  })
})

describe('while payments wait', () => {
  test.each([
    [
      'an operator stopped them',
      (web: WebPayments) => pausePayments(web.db, 'key refused', web.clock.now()),
      '60',
    ],
    [
      'Stripe is away',
      (web: WebPayments) => closePaymentGate(web.db, new Date(web.clock.now().getTime() + 30_000)),
      '30',
    ],
  ])('since %s, nothing is opened', async (_why, close, retryAfter) => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    const paid = await web.pay('25', { 'idempotency-key': 'earlier' })
    await close(web)

    const { status, headers, body } = await web.pay('25')

    expect({ status, retryAfter: headers.get('retry-after') }).toEqual({ status: 503, retryAfter })
    expect(body.type).toBe('/problems/payments-paused')
    expect((await web.call('GET', TOPUPS)).body.topups).toHaveLength(1)
    expect((await web.pay('25', { 'idempotency-key': 'earlier' })).body).toEqual(paid.body)
  })
})

test('a payment whose outcome is not known yet is said to be so, and is known once Stripe is read', async () => {
  const web = await setupWebPayments()
  await web.payments.registerCard()
  web.stripe.faults.next('drop_answer', { method: 'POST', path: /\/confirm$/, times: 2 })

  const { body } = await web.pay('25')
  expect(body).toMatchObject({ status: 'unknown', clientSecret: null })
  expect((await web.pay('25')).body).toMatchObject({ type: '/problems/topup-open', topup: body.id })

  await web.payments.deliverEvents()
  expect((await web.call('GET', `${TOPUPS}/${body.id}`)).body.status).toBe('succeeded')
})

test('top-ups are listed newest first, as many as asked for', async () => {
  const web = await setupWebPayments()
  await web.payments.registerCard()
  for (const amount of ['10', '11', '12']) {
    web.clock.advance(1_000)
    await web.pay(amount)
  }
  const { body } = await web.call('GET', `${TOPUPS}?limit=2`)
  expect(body.topups.map(({ amount }: { amount: string }) => amount)).toEqual(['12.000000', '11.000000'])
  expect(await web.call('GET', `${TOPUPS}?limit=0`)).toMatchObject({ status: 400, body: { field: 'limit' } })
})

test("another account's top-up, and one that cannot be, is not there", async () => {
  const web = await setupWebPayments()
  await web.payments.registerCard()
  const { body } = await web.pay('25')
  for (const path of [
    `/v1/accounts/acct_b/topups/${body.id}`,
    `${TOPUPS}/${crypto.randomUUID()}`,
    `${TOPUPS}/x`,
  ]) {
    expect(await web.call('GET', path), path).toMatchObject({
      status: 404,
      body: { type: '/problems/unknown-topup' },
    })
  }
  expect((await web.call('GET', '/v1/accounts/acct_b/topups')).body).toEqual({ topups: [] })
})

test('without a key of Stripe nothing is charged, and the answer says why', async () => {
  const { send } = await setupWeb()
  const headers = { 'idempotency-key': 'k', 'content-type': 'application/json' }
  const answer = await send(TOPUPS, { method: 'POST', body: '{"amount":"25"}', headers })
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ type: '/problems/payments-not-configured' })
})

/** All that is stored of payments, as text. */
async function storedText({ database }: WebPayments): Promise<string> {
  return await withClient(database.ownerUrl, async (client) => {
    const tables = ['topups', 'topup_attempts', 'stripe_events', 'outbox']
    const texts = tables.map((table) => `select ${table}::text as stored from ${table}`)
    const { rows } = await client.query<{ stored: string }>(texts.join(' union all '))
    return rows.map(({ stored }) => stored).join('\n')
  })
}
