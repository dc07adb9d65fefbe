import { expect, it, onTestFinished } from 'vitest'
import { startScheduler } from '../../workers/start-scheduler.ts'
import { startWorker } from '../../workers/start-worker.ts'
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET } from '../support/payments.ts'
import { openManyAccounts, setupRunning } from '../support/payments-accounts.ts'
import { expectAtRest, setupPaymentFaults, unprocessedEvents } from '../support/payments-faults.ts'
import { setupPipeline } from '../support/pipeline.ts'
import { queueBackends } from '../support/queue-backends.ts'

const ACCOUNTS = 1_000
/** A payment and a charge. */
const REQUESTS_EACH = 2
const INTERVAL_MS = 40
/** Timers and clocks count in whole milliseconds. */
const TIMER_MS = 2
const STOP_MS = 10_000
const ALL_DONE_MS = ACCOUNTS * REQUESTS_EACH * INTERVAL_MS * 2

const [backend] = queueBackends()

it(
  'a thousand accounts that are due at once are charged once each, at most 25 requests a second',
  async () => {
    if (!backend) throw new Error('there is no queue back end')
    const settingUp = setupRunning()
    const payments = await setupPaymentFaults({ settingUp })
    const { db, clock, stripe } = payments
    const { deps } = await setupPipeline(backend, settingUp)
    const keys = { secretKey: STRIPE_KEY, publishableKey: null, webhookSecrets: [STRIPE_WEBHOOK_SECRET] }
    const config = { ...deps.config, stripe: { ...keys, apiBase: stripe.url } }
    const accounts = await openManyAccounts(payments, ACCOUNTS)
    const [sentBefore, startedAt] = [stripe.requests.length, clock.now().getTime()]

    const worker = await startWorker({ ...deps, config })
    const scheduler = startScheduler({ ...deps, config })
    onTestFinished(async () => {
      await scheduler.stop(STOP_MS)
      await worker.stop(STOP_MS)
    })
    const succeeded = async () => {
      const rows = await db
        .selectFrom('topups')
        .select('account_id')
        .where('status', '=', 'succeeded')
        .execute()
      return rows.length
    }
    await expect.poll(succeeded, { timeout: ALL_DONE_MS, interval: 500 }).toBe(accounts.length)
    await expect.poll(() => unprocessedEvents(db), { timeout: 30_000 }).toEqual([])

    const sent = stripe.requests.slice(sentBefore).filter(({ method }) => method === 'POST')
    const afterMs = stripe.requests.slice(sentBefore).map(({ at }) => at.getTime() - startedAt)
    const early = afterMs.toSorted((a, b) => a - b).filter((ms, n) => ms < n * INTERVAL_MS - TIMER_MS)
    expect(early, 'requests before their turn').toEqual([])
    expect(new Set(sent.map(({ key }) => key)).size).toBe(accounts.length * REQUESTS_EACH)
    expect(payments.captures()).toBe(accounts.length)
    console.log(
      `${accounts.length} accounts: ${afterMs.length} requests in ${Math.max(...afterMs) / 1_000} s, ${afterMs.length - accounts.length * REQUESTS_EACH} beyond two each`,
    )
    await expectAtRest(payments)
  },
  ALL_DONE_MS + 120_000,
)
