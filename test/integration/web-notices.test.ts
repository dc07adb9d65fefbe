import { expect, test } from 'vitest'
import { pauseAutoRecharge } from '../../db/auto-recharge.ts'
import { inTransaction } from '../../db/transaction.ts'
import { setupWebPayments, type WebPayments } from '../support/payments-web.ts'
import type { Json } from '../support/web.ts'

const kindsOf = async ({ call }: WebPayments, account = 'acct_a'): Promise<string[]> => {
  const { body } = await call('GET', `/v1/accounts/${account}/notices`)
  return body.notices.map(({ kind, action }: Json) => `${kind} ${action?.do ?? '-'}`)
}

async function setupWell(): Promise<WebPayments> {
  const web = await setupWebPayments()
  await web.payments.registerCard()
  await web.payments.move('50')
  return web
}

test('an account in which all is well has no notices', async () => {
  expect(await kindsOf(await setupWell())).toEqual([])
})

test('an account without card and credit is told what to do first', async () => {
  const web = await setupWebPayments()
  expect(await kindsOf(web, 'acct_b')).toEqual(['service_stopped pay_now', 'card_missing register_card'])
})

test('a recharge that failed is told with its reason, which never hints at theft', async () => {
  const web = await setupWebPayments()
  await web.payments.registerCard('pm_card_chargeCustomerFail')
  await web.payments.move('9')
  await web.payments.recharge()
  const { body } = await web.call('GET', '/v1/accounts/acct_a/notices')
  expect(body.notices[0]).toMatchObject({ severity: 'critical', since: '2026-03-02T12:00:00.000Z' })
  expect(['recharge_failed', 'recharge_paused']).toContain(body.notices[0].kind)
  expect(JSON.stringify(body)).not.toMatch(/lost|stolen|fraud/i)
})

test('a pause is told with what ends it', async () => {
  const web = await setupWell()
  const { db, clock } = web
  await inTransaction(db, (tx) =>
    pauseAutoRecharge(tx, { account: 'acct_a', reason: 'declined', switchOff: false }, clock.now()),
  )
  const { body } = await web.call('GET', '/v1/accounts/acct_a/notices')
  expect(body.notices).toEqual([
    {
      kind: 'recharge_paused',
      severity: 'critical',
      title: 'Auto-recharge is paused.',
      detail: expect.stringContaining('The card was declined several times in a row.'),
      action: { do: 'resume_recharge' },
      since: '2026-03-02T12:00:00.000Z',
    },
  ])
})

test('a payment that waits for the bank names the top-up', async () => {
  const web = await setupWebPayments()
  const card = await web.payments.registerCard()
  await web.stripe.stories.behave(card, { kind: 'asks_to_authenticate' })
  await web.payments.move('50')
  const { body: paid } = await web.pay('25')
  expect(paid.status).toBe('requires_action')
  const { body } = await web.call('GET', '/v1/accounts/acct_a/notices')
  expect(body.notices).toMatchObject([
    { kind: 'payment_needs_authentication', action: { do: 'authenticate', topup: paid.id } },
  ])
})

test('an address whose newest mail came back is told, until one arrives', async () => {
  const web = await setupWell()
  const { db } = web
  const mail = async (id: string, state: 'bounced' | 'delivered', at: string) => {
    await db
      .insertInto('mails')
      .values({
        ...{ account_id: 'acct_a', id, template: 'receipt', event: id, state, content: '{}' },
        ...{ recipients: ['billing@example.com', 'other@example.com'], created_at: new Date(at) },
        next_try_at: null,
      })
      .execute()
  }
  await mail('00000000-0000-4000-8000-000000000001', 'delivered', '2026-03-01T12:00:00Z')
  await mail('00000000-0000-4000-8000-000000000002', 'bounced', '2026-03-02T11:00:00Z')
  const { body } = await web.call('GET', '/v1/accounts/acct_a/notices')
  expect(body.notices).toMatchObject([
    {
      kind: 'mail_undeliverable',
      title: 'Mail to billing@example.com does not arrive.',
      since: '2026-03-02T11:00:00.000Z',
    },
  ])
  await mail('00000000-0000-4000-8000-000000000003', 'delivered', '2026-03-02T11:30:00Z')
  expect(await kindsOf(web)).toEqual([])
})

test('numbers that are not paid, a suspended and a closed account are told', async () => {
  const web = await setupWell()
  const { db, clock } = web
  const since = clock.now()
  await db
    .insertInto('phone_numbers')
    .values({
      ...{ account_id: 'acct_a', number: '+14155550100', state: 'grace', state_since: since },
      ...{ time_zone: 'UTC', anchor_at: since, last_charged_index: 0, next_look_at: since },
    })
    .execute()
  await db
    .insertInto('number_changes')
    .values({
      ...{ account_id: 'acct_a', number: '+14155550100', seq: 1, event: 'enter_grace', state: 'grace' },
      ...{ reason: 'no credit', changed_by: 'test', changed_at: since },
    })
    .execute()
  expect(await kindsOf(web)).toEqual(['number_unpaid pay_now'])
  const setStatus = (status: 'suspended' | 'closed') =>
    db.updateTable('accounts').set({ status }).where('id', '=', 'acct_a').execute()
  await setStatus('suspended')
  expect(await kindsOf(web)).toEqual(['account_suspended contact_us', 'number_unpaid pay_now'])
  await setStatus('closed')
  expect(await kindsOf(web)).toEqual(['account_closed contact_us'])
})

test('an unknown account has none to tell of', async () => {
  const { call } = await setupWebPayments()
  expect(await call('GET', '/v1/accounts/acct_x/notices')).toMatchObject({
    status: 404,
    body: { type: '/problems/unknown-account' },
  })
})
