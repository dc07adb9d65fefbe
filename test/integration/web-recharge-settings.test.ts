import { describe, expect, test } from 'vitest'
import { formatUsd } from '../../billing/money.ts'
import { DEFAULT_RECHARGE_CAPS } from '../../billing/recharge-caps.ts'
import { pauseAutoRecharge, readAutoRecharge, updateAutoRecharge } from '../../db/auto-recharge.ts'
import { inTransaction } from '../../db/transaction.ts'
import { applyDispute } from '../../jobs/apply-dispute.ts'
import { CONFIRM } from '../support/payments-faults.ts'
import { setupWebPayments, type WebPayments } from '../support/payments-web.ts'
import { setupWeb } from '../support/web.ts'

const SETTINGS = '/v1/accounts/acct_a/recharge-settings'
const WANTED = { enabled: true, amount: '75.00', threshold: '12.50', emails: ['owner@example.com'] }

const put = ({ call }: WebPayments, json: unknown, headers: Record<string, string> = {}) =>
  call('PUT', SETTINGS, { json, headers })

const pause = ({ db, clock }: WebPayments, reason: 'declined' | 'dispute', switchOff = false) =>
  inTransaction(db, (tx) => pauseAutoRecharge(tx, { account: 'acct_a', reason, switchOff }, clock.now()))

describe('recharge settings', () => {
  test('are shown as they are, with the caps that hold', async () => {
    const { call } = await setupWebPayments()
    const { headers, body } = await call('GET', SETTINGS)
    expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/)
    const { day, month } = DEFAULT_RECHARGE_CAPS
    expect(body).toMatchObject({
      enabled: true,
      amount: '100.000000',
      threshold: '10.000000',
      emails: ['billing@example.com'],
      caps: {
        day: { count: day.count, amount: formatUsd(day.amount) },
        month: { count: month.count, amount: formatUsd(month.amount) },
      },
      pausedReason: null,
      pausedMessage: null,
      nextTryAt: null,
    })
  })

  test('are replaced as a whole, and who did it and when is kept', async () => {
    const web = await setupWebPayments()
    const saved = await put(web, WANTED)
    const later = await put(web, { ...WANTED, emails: [], enabled: false }, { 'x-acting-user': 'Kim' })

    expect(saved.body).toMatchObject({ enabled: true, amount: '75.000000', threshold: '12.500000' })
    expect((await web.call('GET', SETTINGS)).body).toEqual(later.body)
    expect(later.body).toMatchObject({ enabled: false, emails: [] })
    const changes = await web.db
      .selectFrom('recharge_setting_changes')
      .select(['changed_by', 'changed_at', 'settings'])
      .where('changed_by', '<>', 'pat@example.com')
      .orderBy('changed_by')
      .execute()
    expect(changes).toEqual([
      {
        changed_by: 'Kim',
        changed_at: web.clock.now(),
        settings: expect.objectContaining({ enabled: false }),
      },
      { changed_by: 'service key everything', changed_at: web.clock.now(), settings: expect.anything() },
    ])
  })

  test('keep their caps where none are sent', async () => {
    const web = await setupWebPayments()
    const caps = {
      day: { count: 2, amount: '150.00' },
      week: { count: 3, amount: '300.00' },
      month: { count: 4, amount: '400.00' },
    }
    await put(web, { ...WANTED, caps })
    const { body } = await put(web, { ...WANTED, amount: '80.00' })
    expect(body).toMatchObject({ amount: '80.000000', caps: { day: { count: 2, amount: '150.000000' } } })
    expect(await put(web, { ...WANTED, amount: '151.00' })).toMatchObject({
      status: 400,
      body: { field: 'caps.day.amount', rule: 'must be at least the recharge amount' },
    })
  })

  test.each([
    [{ ...WANTED, amount: '50.00' }, 'amount', 'must be greater than $50'],
    [{ ...WANTED, threshold: '9.99' }, 'threshold', 'must be $10 or more'],
    [{ ...WANTED, enabled: 'yes' }, 'enabled', 'must be true or false'],
    [{ ...WANTED, emails: [] }, 'emails', 'must name at least one address while auto-recharge is on'],
    [{ ...WANTED, emails: ['x'] }, 'emails.0', 'must be an e-mail address of at most 254 characters'],
    [{ ...WANTED, caps: 5 }, 'caps', 'must be an object with day, week and month'],
    [[], 'settings', 'must be a JSON object'],
    [undefined, 'settings', 'must be a JSON object'],
  ])('refuse %j, naming the field and its rule', async (json, field, rule) => {
    const web = await setupWebPayments()
    const before = (await web.call('GET', SETTINGS)).body
    expect(await put(web, json)).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-value', field, rule, faults: [{ field, rule }] },
    })
    expect((await web.call('GET', SETTINGS)).body).toEqual(before)
  })

  test('name all that is wrong at once', async () => {
    const web = await setupWebPayments()
    const { body } = await put(web, {
      enabled: true,
      amount: '50',
      threshold: '5',
      emails: ['a', 'b@example.com'],
    })
    expect(body.faults.map(({ field }: { field: string }) => field)).toEqual([
      'amount',
      'threshold',
      'emails.0',
    ])
    expect(body).toMatchObject({ field: 'amount', rule: 'must be greater than $50' })
  })

  test('ignore what is no setting', async () => {
    const web = await setupWebPayments()
    const { body } = await put(web, { ...WANTED, account: 'acct_b', pausedReason: 'dispute', is_admin: true })
    expect(body).toMatchObject({ amount: '75.000000', pausedReason: null })
    expect((await web.call('GET', '/v1/accounts/acct_b/recharge-settings')).body.amount).toBe('100.000000')
  })
})

describe('a version of the settings', () => {
  test('that is not any more as the client read it is not replaced', async () => {
    const web = await setupWebPayments()
    const read = (await web.call('GET', SETTINGS)).headers.get('etag') ?? ''
    const first = await put(web, WANTED, { 'if-match': read })
    expect(first.status).toBe(200)

    const second = await put(web, { ...WANTED, amount: '90.00' }, { 'if-match': read })
    expect(second).toMatchObject({ status: 412, body: { type: '/problems/changed-meanwhile' } })
    const newer = first.headers.get('etag') ?? ''
    expect((await put(web, WANTED, { 'if-match': `"other", ${newer}` })).status).toBe(200)
    expect((await put(web, WANTED, { 'if-match': '*' })).status).toBe(200)
  })

  test('changes with a pause, so that nobody ends one that they have not seen', async () => {
    const web = await setupWebPayments()
    const read = (await web.call('GET', SETTINGS)).headers.get('etag') ?? ''
    await pause(web, 'declined')
    expect((await put(web, WANTED, { 'if-match': read })).status).toBe(412)
  })
})

describe('a pause', () => {
  test('is told in plain words, and ends when auto-recharge is saved as on', async () => {
    const web = await setupWebPayments()
    await pause(web, 'declined', true)
    expect((await web.call('GET', SETTINGS)).body).toMatchObject({
      enabled: false,
      pausedReason: 'declined',
      pausedMessage: expect.stringContaining('The card was declined several times in a row.'),
    })

    expect((await put(web, { ...WANTED, enabled: false })).body.pausedReason).toBe('declined')
    expect((await put(web, WANTED)).body).toMatchObject({ enabled: true, pausedReason: null })
  })

  test('for a dispute stays while the dispute is open', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    const { body } = await web.pay('25')
    const topup = await web.db
      .selectFrom('topups')
      .selectAll()
      .where('id', '=', body.id)
      .executeTakeFirstOrThrow()
    const dispute = await web.stripe.stories.openDispute(topup.payment_intent_id ?? '')
    const apply = async () => {
      const read = await web.payments.deps.stripe.readDispute(dispute.id)
      if (read.kind === 'definite') await applyDispute(web.payments.deps, read.value)
    }
    await apply()

    expect(await put(web, WANTED)).toMatchObject({ status: 409, body: { type: '/problems/dispute-open' } })
    expect((await web.call('GET', SETTINGS)).body).toMatchObject({
      amount: '100.000000',
      pausedReason: 'dispute',
    })

    await web.stripe.stories.closeDispute(dispute.id, 'won')
    await apply()
    expect((await put(web, WANTED)).body).toMatchObject({ amount: '75.000000', pausedReason: null })
  })

  test('that is none leaves the wait after a decline as it is', async () => {
    const web = await setupWebPayments()
    const nextTryAt = new Date('2026-03-03T12:00:00Z')
    await inTransaction(web.db, (tx) => updateAutoRecharge(tx, 'acct_a', { nextTryAt, declines: 1 }))
    expect((await put(web, WANTED)).body.nextTryAt).toBe('2026-03-03T12:00:00.000Z')
    expect((await readAutoRecharge(web.db, 'acct_a'))?.declines).toBe(1)
  })
})

test('saved settings are acted on at once', async () => {
  const web = await setupWebPayments()
  await web.payments.registerCard()
  await web.startPaymentWorker()
  await put(web, { ...WANTED, threshold: '20.00' })
  await web.stripe.requestsSeen(CONFIRM)
  await web.logged.line('recharge decided')
  await expect
    .poll(async () => (await web.call('GET', '/v1/accounts/acct_a/topups')).body.topups[0]?.status, {
      timeout: 10_000,
    })
    .toBe('succeeded')
})

test('settings of an account that there is not are not there, whatever is sent', async () => {
  const { send } = await setupWeb()
  for (const method of ['GET', 'PUT']) {
    const answer = await send('/v1/accounts/nobody/recharge-settings', { method })
    expect(await answer.json(), method).toMatchObject({ type: '/problems/unknown-account', status: 404 })
  }
})
