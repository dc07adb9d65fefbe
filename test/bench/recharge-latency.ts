import { setTimeout as sleep } from 'node:timers/promises'
import { parseUsd } from '../../billing/money.ts'
import { DEFAULT_RECHARGE_CAPS } from '../../billing/recharge-caps.ts'
import { createStripeClient } from '../../clients/stripe.ts'
import { systemClock, systemNewId } from '../../config/clock.ts'
import { createLog } from '../../config/logger.ts'
import { createAccount } from '../../db/accounts.ts'
import { saveRechargeSettings } from '../../db/auto-recharge.ts'
import type { Db } from '../../db/connect.ts'
import { adjust } from '../../db/corrections.ts'
import { lockAccount } from '../../db/lock-account.ts'
import { readOpenTopup } from '../../db/topups.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { beginCardSetup, completeSetup } from '../../jobs/register-card.ts'
import { createUsageProducer } from '../../jobs/usage-producer.ts'
import { type FakeStripe, startFakeStripe } from '../../sandbox/fake-stripe/start-fake-stripe.ts'
import { monotonicMs } from './monotonic-ms.ts'
import type { Rig } from './rig.ts'
import { median } from './statistics.ts'

const POLL_MS = 5
const STRIPE_KEY = 'sk_test_bench'

/**
 * The median time from the add of the charge that crosses an account's recharge threshold to the first request for its
 * top-up at Stripe, in milliseconds: one account after the other, on an idle machine.
 */
export async function measureRechargeLatency(rig: Rig, accounts: number): Promise<number> {
  const ledger = await rig.ledgers.create()
  const stripe = await startFakeStripe({
    port: 0,
    secretKeys: [STRIPE_KEY],
    webhook: null,
    clock: systemClock,
  })
  const [worker] = rig.workers
  if (!worker) throw new RangeError('there is no worker process')
  const account = { secretKey: STRIPE_KEY, publishableKey: null, apiBase: stripe.url, webhookSecrets: [] }
  const config = { ...ledger.config({ usage: 1, worker: [0] }), stripe: account }
  const log = createLog({ level: 'warn', process: 'bench' })
  const deps = {
    db: ledger.db,
    log,
    clock: systemClock,
    newId: systemNewId,
    stripe: createStripeClient(account),
  }
  const ids = Array.from({ length: accounts }, (_, n) => `recharged_${n}`)
  for (const id of ids) await openAboveThreshold(deps, stripe, id)

  await worker.call('start', { handler: 'usage', config })
  const producer = createUsageProducer(config, {
    onError: (error) => log.error({ err: error }, 'queue error'),
  })
  const waitedMs: number[] = []
  for (const [index, id] of ids.entries()) {
    const addedAtMs = monotonicMs()
    await producer.add(crossingCall(id))
    await stripe.requestsSeen({ method: 'POST', path: '/v1/payment_intents' }, index + 1)
    waitedMs.push(monotonicMs() - addedAtMs)
    await untilSettled(ledger.db, id)
  }
  await producer.close()
  await worker.call('stop', null)
  await stripe.stop()
  await ledger.drop()
  return median(waitedMs)
}

/** All accounts have the same card, which is charged for one of them at a time. */
async function untilSettled(db: Db, account: string): Promise<void> {
  while ((await readOpenTopup(db, account)) !== null) await sleep(POLL_MS)
}

async function openAboveThreshold(deps: PaymentDeps, stripe: FakeStripe, account: string): Promise<void> {
  const now = systemClock.now()
  await createAccount(deps.db, { id: account, timeZone: 'UTC' }, now)
  const setup = await beginCardSetup(deps, {
    account,
    role: 'default',
    consent: { by: 'bench', version: 'bench' },
  })
  await fetch(`${stripe.url}/v1/setup_intents/${setup.id}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${STRIPE_KEY}` },
    body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
  })
  await completeSetup(deps, { account, id: setup.id })
  const settings = {
    enabled: true,
    amount: parseUsd('100'),
    threshold: parseUsd('10'),
    emails: ['bench@example.com'],
    caps: DEFAULT_RECHARGE_CAPS,
  }
  await inTransaction(deps.db, async (tx) => {
    await lockAccount(tx, account)
    await saveRechargeSettings(tx, { account, settings, by: 'bench' }, { id: systemNewId(), now })
    const credit = { account, id: 'credit', amount: parseUsd('10.01'), reason: 'bench', postedBy: 'bench' }
    await adjust(tx, credit, now)
  })
}

function crossingCall(account: string) {
  return {
    id: 'crossing',
    account,
    item: 'phone_call',
    kind: 'outbound',
    from: '+12035550100',
    to: '+14155550199',
    occurredAt: '2026-01-05T08:00:00Z',
    durationMs: 60_000,
  }
}
