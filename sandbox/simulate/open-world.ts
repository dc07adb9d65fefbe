import { createMailer } from '../../clients/send-grid.ts'
import { createStripeClient } from '../../clients/stripe.ts'
import type { NewId } from '../../config/clock.ts'
import { createLog } from '../../config/logger.ts'
import { connect, type Db } from '../../db/connect.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { loadDemoCards } from '../demo/load-cards.ts'
import { loadDemo } from '../demo/load-demo.ts'
import { startFakeSendGrid } from '../fake-sendgrid/start.ts'
import { type FakeStripe, startFakeStripe } from '../fake-stripe/start-fake-stripe.ts'
import { seededIds } from './seeded-random.ts'
import { type SimulatedClock, simulatedClock } from './simulated-clock.ts'
import { createWorkers, type Workers } from './workers.ts'

const STRIPE_SECRET_KEY = 'sk_test_simulation'
const STRIPE_PUBLISHABLE_KEY = 'pk_test_simulation'
const SENDGRID_API_KEY = 'SG.simulation'
const PUBLIC_URL = 'https://billing.ringledger.example'
const OUTSIDE_TIMEOUT_MS = 20_000
const CONNECTIONS = 5

/** All that a simulation runs on: the demo's accounts, whose time, ids, cards and mails are its own. */
export interface World {
  readonly db: Db
  readonly clock: SimulatedClock
  readonly newId: NewId
  readonly deps: PaymentDeps
  readonly stripe: FakeStripe
  readonly workers: Workers
  close(): Promise<void>
}

/** Opens the demo's accounts with their cards and starting credit in a migrated database that is empty. */
export async function openWorld(options: { databaseUrl: string; from: Date; seed: number }): Promise<World> {
  const clock = simulatedClock(options.from)
  const newId = seededIds(options.seed)
  const log = createLog({ level: 'silent', process: 'simulate', to: 'stderr' })
  const db = connect({ url: options.databaseUrl, poolMax: CONNECTIONS, onError: () => undefined })
  const stripe = await startFakeStripe({
    port: 0,
    secretKeys: [STRIPE_SECRET_KEY],
    publishableKeys: [STRIPE_PUBLISHABLE_KEY],
    webhook: null,
    clock,
    newId: seededIds(options.seed + 1),
  })
  const sendGrid = await startFakeSendGrid({ port: 0, apiKey: SENDGRID_API_KEY, webhook: null, clock })
  const client = createStripeClient({ secretKey: STRIPE_SECRET_KEY, apiBase: stripe.url })
  const deps: PaymentDeps = { db, log, clock, newId, stripe: client }
  const mailer = createMailer({
    apiKey: SENDGRID_API_KEY,
    apiBase: sendGrid.url,
    from: 'Ringledger simulation <billing@ringledger.example>',
    timeoutMs: OUTSIDE_TIMEOUT_MS,
    clock,
  })
  // The stand-in takes requests as fast as they come.
  await db.updateTable('payment_gate').set({ request_interval_ms: 0 }).execute()
  await loadDemo(db, clock.now())
  const browser = { apiBase: stripe.url, publishableKey: STRIPE_PUBLISHABLE_KEY }
  await loadDemoCards({ ...deps, browser })
  return {
    db,
    clock,
    newId,
    deps,
    stripe,
    workers: createWorkers({ ...deps, mailer, publicUrl: PUBLIC_URL }, stripe.state),
    close: async () => {
      await Promise.all([stripe.stop(), sendGrid.stop()])
      await db.destroy()
    },
  }
}
