import { describe, expect, test, vi } from 'vitest'
import { systemNewId } from '../../config/clock.ts'
import { noteFinding } from '../../db/findings.ts'
import { claimRun, finishRun } from '../../db/runs.ts'
import { keepTopupOpen, openTopup } from '../../db/topups.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { QueueName } from '../../jobs/define-job.ts'
import { createQueue } from '../../jobs/queues.ts'
import { addFailedJob } from '../support/failed-job.ts'
import { balanceOf } from '../support/ledger.ts'
import { type OperatorBrowser, openOperatorBrowser } from '../support/operators.ts'
import { usd } from '../support/payments.ts'
import { setupWebPayments } from '../support/payments-web.ts'
import { callRecord, importFlatCard, openAccounts } from '../support/usage.ts'
import { setupWeb, type Web } from '../support/web.ts'

describe('the operators see', () => {
  test('accounts by a part of their id, with their balance and their entries', async () => {
    const web = await setupWeb()
    await web.adjustBy('a-1', '5')
    await web.charge([callRecord()])
    const browser = await openOperatorBrowser(web, 'support')

    const found = await browser.page('/accounts?q=CT_A')
    expect(found).toContain('>acct_a<')
    expect(found).toContain('4.370000')
    expect(found).not.toContain('acct_b')
    const account = await browser.page('/accounts/acct_a')
    expect(account).toContain('Call to +1415•••••••')
    expect(account).toContain('-0.630000')
    expect(account).not.toContain('+14155550199')
    expect((await browser.send('/accounts/nobody')).status).toBe(404)
  })

  test('text of others as text', async () => {
    const web = await setupWeb()
    await noteFinding(
      web.db,
      {
        kind: 'entry_conflict',
        subject: '<script>alert(1)</script>',
        severity: 'warning',
        evidence: { note: '</pre><img src=x>' },
        account: 'acct_a',
      },
      { id: systemNewId(), now: web.clock.now() },
    )
    const browser = await openOperatorBrowser(web)
    const address = /href="\/ops(\/findings\/[\w-]+)"/.exec(await browser.page('/findings'))?.[1] ?? ''
    const pages = [await browser.page('/findings'), await browser.page(address)].join('')
    expect(pages).toContain('&lt;script&gt;alert(1)')
    expect(pages).not.toMatch(/<script|<img/)
  })

  test('at a glance what waits for a person', async () => {
    const web = await setupWeb()
    await web.charge([callRecord({ to: '+19005550100' })])
    const page = await (await openOperatorBrowser(web, 'support')).page('')
    expect(page).toMatch(/usage records without a price<\/a><\/td><td><strong>1</)
    expect(page).toMatch(/open findings<\/a><\/td><td>0</)
  })
})

test('a finding is closed in the name of the operator, with a reason', async () => {
  const web = await setupWeb()
  const id = systemNewId()
  const finding = {
    kind: 'dispute',
    subject: 'dp_1',
    severity: 'warning',
    evidence: {},
    account: null,
  } as const
  await noteFinding(web.db, finding, { id, now: web.clock.now() })
  const browser = await openOperatorBrowser(web)

  expect((await browser.submit(`/findings/${id}`, { reason: '  ' })).status).toBe(400)
  const closed = await browser.submit(`/findings/${id}`, { reason: 'answered at Stripe' })
  expect(closed.text).toContain('The finding is closed')
  const row = await web.db.selectFrom('findings').selectAll().executeTakeFirstOrThrow()
  expect(row).toMatchObject({ closed_by: 'op-admin', closed_reason: 'answered at Stripe' })
  expect(await browser.page('/actions')).toContain('answered at Stripe')
})

test('a top-up of unknown outcome is handed to its job, which decides again', async () => {
  const web = await setupWeb()
  const topup = { account: 'acct_a', id: systemNewId() }
  const wanted = {
    ...topup,
    origin: 'manual',
    amount: usd('25'),
    idempotencyKey: 'k',
    requestedBy: 'pat',
  } as const
  const times = { now: web.clock.now(), nextCheckAt: web.clock.now() }
  await inTransaction(web.db, async (tx) => {
    await openTopup(tx, wanted, times)
    await keepTopupOpen(tx, topup, { status: 'unknown', nextCheckAt: times.nextCheckAt })
  })
  const browser = await openOperatorBrowser(web)
  expect(await browser.page('/topups')).toContain(topup.id)
  const path = `/topups/acct_a/${topup.id}`
  expect(await browser.page(path)).toContain('under the same idempotency key')
  expect((await browser.submit(path)).text).toContain('Handed to a worker')
  expect(await waitingJob(web, 'topup')).toMatchObject({ account: 'acct_a', topup: topup.id })
})

test('a finished run is opened again and left to a worker; one that is not finished is left alone', async () => {
  const web = await setupWeb()
  const claim = { kind: 'ledger-proof', holder: systemNewId(), now: web.clock.now() }
  const run = await claimRun(web.db, claim)
  if (!run) throw new Error('no run is owed')
  const browser = await openOperatorBrowser(web)
  const path = `/runs/ledger-proof/${run.date}`
  expect(await browser.page(path)).toContain('it is not finished, and is continued by itself')
  const early = { method: 'POST', body: new URLSearchParams({ csrf: await csrfOf(browser) }) }
  expect((await browser.send(path, early)).status).toBe(409)

  await finishRun(web.db, run, web.clock.now())
  expect(await browser.page(path)).toContain('It changes no money.')
  expect((await browser.submit(path)).text).toContain('Handed to a worker')
  expect(await waitingJob(web, 'nightly')).toMatchObject({ kind: 'ledger-proof' })
  expect(await claimRun(web.db, { ...claim, holder: systemNewId() })).toMatchObject({ date: run.date })
  expect((await browser.send('/runs/ledger-proof/2026-02-31')).status).toBe(404)
})

test('unrated usage shows what rating it again would charge, and a worker charges that', async () => {
  const web = await setupWeb()
  await web.charge([callRecord({ account: 'acct_late' }), callRecord({ id: 'c2', account: 'acct_late' })])
  const browser = await openOperatorBrowser(web)
  const path = '/unrated/unknown_account'
  expect(await browser.page(path)).toContain('2 go on waiting: unknown_account')
  await openAccounts(web.db, web.clock, ['acct_late'])
  await importFlatCard(web.db, web.clock)
  const page = await browser.page(path)
  expect(page).toContain('Of 2 records, charges 2, 1.260000 USD together')
  expect(page).not.toContain('+14155550199')
  await browser.submit(path)
  await web.startWorker()
  await web.logged.line('unrated usage rated again')
  expect(await balanceOf(web.db, 'acct_late')).toBe(-usd('1.26'))
  expect((await browser.send(path)).status).toBe(404)
})

describe('a failed job', () => {
  test('of a top-up that has ended says that a retry does nothing, and the retry charges nothing', async () => {
    const web = await setupWebPayments()
    await web.payments.registerCard()
    const { body: topup } = await web.pay('25.00')
    const data = { v: 1, account: 'acct_a', topup: topup.id }
    const reason = 'declined for +12025550123'
    const id = await addFailedJob(web, { kind: 'topup', queue: 'topup', name: 'advance-topup', data, reason })
    const charged = web.stripe.ledger.captured()
    const browser = await openOperatorBrowser(web)
    const list = await browser.page('/jobs')
    expect(list).toContain('advance-topup')
    expect(list).not.toContain('2025550123')
    const path = `/jobs/topup/${id}`
    expect(await browser.page(path)).toContain('Nothing: the top-up has ended as succeeded')
    expect((await browser.submit(path)).text).toContain('The job is delivered again')
    await web.startPaymentWorker()
    await vi.waitUntil(async () => (await jobState(web, 'topup', id)) === 'completed', { timeout: 20_000 })
    expect(web.stripe.ledger.captured()).toBe(charged)
    expect(await balanceOf(web.db)).toBe(usd('25'))
  })

  test('of usage says how much of it is charged already', async () => {
    const web = await setupWeb()
    await web.charge([callRecord()])
    const data = {
      v: 1,
      records: [callRecord(), callRecord({ id: 'call-2' }), callRecord({ id: 'no', account: 'x' })],
    }
    const job = { kind: 'usage', queue: 'usage-0', name: 'charge-usage', data, reason: 'broken' } as const
    const id = await addFailedJob(web, job)
    const page = await (await openOperatorBrowser(web)).page(`/jobs/usage-0/${id}`)
    expect(page).toContain('Charges 1 of 3 records, 0.630000 USD together.')
    expect(page).toContain('Leaves 1 alone that are charged already')
    expect(page).toContain('Keeps 1 as unrated usage.')
  })

  test.each([
    ['recharge-account', 'recharge', { account: 'acct_a' }, 'Charges nothing: disabled.'],
    ['recharge-account', 'recharge', { account: 'nobody' }, 'there is no account nobody'],
    ['renew-account', 'recharge', { account: 'acct_a' }, 'no number of this account waits'],
    ['advance-topup', 'topup', { account: 'acct_a', topup: 'x' }, 'there is no such top-up'],
    ['apply-stripe-event', 'stripe', { event: 'evt_1' }, 'this event was worked already'],
    ['reconcile-payments', 'stripe', {}, 'closes the gaps, each once'],
    ['send-mail', 'mail', { account: 'acct_a', mail: 'x' }, 'there is no such mail'],
    ['run-nightly', 'nightly', { kind: 'renewals' }, 'Works the business dates'],
    ['update-service-state', 'service', { account: 'acct_a' }, 'publishes a change, once'],
    ['deliver-service-events', 'webhook', { account: 'acct_a' }, 'still owed, in order'],
    ['rerate-unrated', 'nightly', { reason: 'no_rate' }, 'see Unrated usage'],
    ['unheard-of', 'mail', {}, 'Nothing is known of a job named unheard-of'],
  ] as const)('named %s on %s says what a retry would do', async (name, kind, data, says) => {
    const web = await setupWeb()
    const id = await addFailedJob(web, { kind, queue: kind, name, data: { v: 1, ...data }, reason: 'away' })
    expect(await (await openOperatorBrowser(web, 'support')).page(`/jobs/${kind}/${id}`)).toContain(says)
  })
})

async function csrfOf(browser: OperatorBrowser): Promise<string> {
  return /name="csrf" value="([^"]+)"/.exec(await browser.page(''))?.[1] ?? ''
}

/** What the only job that waits on a queue was given, as soon as there is one. */
async function waitingJob({ config }: Pick<Web, 'config'>, kind: QueueName): Promise<unknown> {
  const queue = createQueue(config, { kind, name: kind })
  try {
    const jobs = await vi.waitUntil(
      async () => {
        const waiting = await queue.getJobs(['waiting'])
        return waiting.length > 0 ? waiting : null
      },
      { timeout: 20_000 },
    )
    return jobs[0]?.data
  } finally {
    await queue.close()
  }
}

async function jobState({ config }: Pick<Web, 'config'>, kind: QueueName, id: string): Promise<string> {
  const queue = createQueue(config, { kind, name: kind })
  try {
    return await queue.getJobState(id)
  } finally {
    await queue.close()
  }
}
