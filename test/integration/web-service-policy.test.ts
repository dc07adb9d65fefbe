import { describe, expect, test } from 'vitest'
import { setupWebPayments, type WebPayments } from '../support/payments-web.ts'
import { setupWeb } from '../support/web.ts'

const POLICY = '/v1/accounts/acct_a/service-policy'

const put = ({ call }: WebPayments, json: unknown, headers: Record<string, string> = {}) =>
  call('PUT', POLICY, { json, headers })

describe('a service policy', () => {
  test('is the default one until another is saved, with the worst case in dollars', async () => {
    const { call } = await setupWebPayments()
    const { headers, body } = await call('GET', POLICY)
    expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/)
    expect(body).toMatchObject({
      end: 'end',
      overdraft: '0.000000',
      inboundFirst: '0.000000',
      limits: { concurrentCalls: 50, spendPerHour: '100.000000', spendPerDay: '300.000000' },
      trusted: false,
      worstCase: { overrun: '0.000000', explanation: expect.stringContaining('never take the balance') },
    })
    expect(body.prefixCaps).toContainEqual({
      prefix: '979',
      concurrentCalls: 2,
      spendPerDay: '20.000000',
    })
  })

  test('is replaced as a whole, and who did it and when is kept', async () => {
    const web = await setupWebPayments()
    await put(web, { end: 'finish', overdraft: '5.00', trusted: true })
    const later = await put(web, { inboundFirst: '2.50' }, { 'x-acting-user': 'Kim' })

    expect(later.body).toMatchObject({ end: 'end', inboundFirst: '2.500000', trusted: false })
    expect((await web.call('GET', POLICY)).body).toEqual(later.body)
    const changes = await web.db
      .selectFrom('service_policy_changes')
      .select(['account_id', 'changed_by', 'changed_at', 'policy'])
      .orderBy('changed_by')
      .execute()
    expect(changes).toEqual([
      {
        account_id: 'acct_a',
        changed_by: 'Kim',
        changed_at: web.clock.now(),
        policy: expect.objectContaining({ inboundFirst: '2.500000' }),
      },
      {
        account_id: 'acct_a',
        changed_by: 'service key everything',
        changed_at: web.clock.now(),
        policy: expect.objectContaining({ overdraft: '5.000000' }),
      },
    ])
  })

  test('states what running calls take below zero', async () => {
    const web = await setupWebPayments()
    const { body } = await put(web, { end: 'finish', overdraft: '5.00', trusted: true })
    expect(body.worstCase).toMatchObject({
      overrun: '5.000000',
      perHour: '100.000000',
      perDay: '300.000000',
      explanation: expect.stringContaining('at most $5.00 below zero'),
    })
  })

  test('of a new account shows its smaller limits and until when they hold', async () => {
    const web = await setupWebPayments()
    const { created_at: createdAt } = await web.db
      .selectFrom('accounts')
      .select('created_at')
      .where('id', '=', 'acct_a')
      .executeTakeFirstOrThrow()
    const untrusted = await put(web, {})
    expect(untrusted.body).toMatchObject({
      limits: { concurrentCalls: 50 },
      limitsInForce: { concurrentCalls: 10, spendPerHour: '20.000000', spendPerDay: '50.000000' },
      newUntil: new Date(createdAt.getTime() + 7 * 86_400_000).toISOString(),
      worstCase: { perDay: '50.000000' },
    })

    const trusted = await put(web, { trusted: true })
    expect(trusted.body).toMatchObject({ limitsInForce: trusted.body.limits, newUntil: null })
  })

  test('that breaks rules is refused with all of them, and nothing is saved', async () => {
    const web = await setupWebPayments()
    const before = (await web.call('GET', POLICY)).body
    const { status, body } = await put(web, { end: 'finish', limits: { concurrentCalls: 0 } })
    expect({ status, type: body.type, faults: body.faults }).toEqual({
      status: 400,
      type: '/problems/invalid-value',
      faults: [
        { field: 'limits.concurrentCalls', rule: 'must be a whole number from 1 to 10000' },
        { field: 'overdraft', rule: 'must be above zero where end is finish' },
      ],
    })
    expect((await web.call('GET', POLICY)).body).toEqual(before)
  })

  test('that is not any more as the client read it is not replaced', async () => {
    const web = await setupWebPayments()
    const read = (await web.call('GET', POLICY)).headers.get('etag') ?? ''
    const first = await put(web, { trusted: true }, { 'if-match': read })
    expect(first.status).toBe(200)
    expect(await put(web, {}, { 'if-match': read })).toMatchObject({
      status: 412,
      body: { type: '/problems/changed-meanwhile' },
    })
    expect((await put(web, {}, { 'if-match': first.headers.get('etag') ?? '' })).status).toBe(200)
  })

  test('of an account that there is not is not there, whatever is sent', async () => {
    const { send } = await setupWeb()
    for (const method of ['GET', 'PUT']) {
      const answer = await send('/v1/accounts/nobody/service-policy', { method })
      expect(await answer.json(), method).toMatchObject({ type: '/problems/unknown-account', status: 404 })
    }
  })
})
