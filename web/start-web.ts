import type { FastifyInstance } from 'fastify'
import { createStripeClient } from '../clients/stripe.ts'
import type { Clock, NewId } from '../config/clock.ts'
import type { Config } from '../config/config.ts'
import type { Log } from '../config/logger.ts'
import { connect } from '../db/connect.ts'
import { withDeadline } from '../jobs/deadline.ts'
import { HoldDesk } from '../jobs/hold-desk.ts'
import { openQueueMonitor } from '../jobs/queue-monitor.ts'
import { createRateBook } from '../jobs/rate-book.ts'
import { createUsageProducer } from '../jobs/usage-producer.ts'
import { createApp } from './create-app.ts'
import { KeyMemory } from './key-memory.ts'
import { createMetrics } from './metrics.ts'
import { opsSetup } from './ops/ops-setup.ts'
import { BUILT_PAGE, pageSetup } from './page-setup.ts'
import type { Route, WebContext } from './route.ts'
import { routes } from './routes/index.ts'
import { stripeSetup } from './stripe-setup.ts'
import { UsageIngest } from './usage-ingest.ts'
import { JobWaker } from './wake-jobs.ts'

/** How often connections that have their answer are looked for while the server stops. */
const IDLE_SWEEP_MS = 50
/** Long enough for servers that answer; requests have had their own time before. */
const CLOSE_TIMEOUT_MS = 1_000

export interface WebDeps {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  readonly newId: NewId
  /** Beside those that every server has. */
  readonly moreRoutes?: readonly Route[]
  /** Of the built billing page, where it is not beside this code. */
  readonly pageFolder?: string
}

export interface RunningWeb {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** Takes no more connections, lets what is running end within the grace time, and lets go of everything. */
  stop(graceMs: number): Promise<void>
}

/** Starts the HTTP server on the host and port of the configuration; port 0 picks a free one. Resolves when it listens. */
export async function startWeb({ config, log, clock, newId, ...own }: WebDeps): Promise<RunningWeb> {
  const onError = (error: Error) => log.error({ err: error }, 'connection error')
  const db = connect({ url: config.databaseUrl, poolMax: config.databasePoolMax, onError })
  const waker = new JobWaker(config, log)
  const rateBook = createRateBook(db, config.emergencyNumbers)
  const context: WebContext = {
    db,
    log,
    clock,
    newId,
    ingest: new UsageIngest(createUsageProducer(config, { onError }), log),
    queues: openQueueMonitor(config, onError),
    metrics: createMetrics(db),
    waker,
    rateBook,
    holdDesk: new HoldDesk({ db, log, clock, newId, rateBook, onCrossed: wakeStates(waker) }),
    keys: new KeyMemory(),
    payments: config.stripe && { db, log, clock, newId, stripe: createStripeClient(config.stripe) },
    stripe: config.stripe && stripeSetup(config.stripe),
    sendGridWebhookKey: config.mail?.webhookPublicKey ?? null,
    ops: opsSetup(config, onError),
    webhookRules: config.webhooks,
    page: pageSetup(config, own.pageFolder ?? BUILT_PAGE),
    trustedProxies: config.page.trustedProxies,
    rateLimits: config.page.rateLimits,
  }
  const app = createApp([...routes, ...(own.moreRoutes ?? [])], context)
  try {
    const url = await app.listen({
      host: config.host,
      port: config.port,
      listenTextResolver: () => 'listening',
    })
    log.info({ url }, 'web ready')
    return {
      url,
      stop: async (graceMs) => {
        await closeWithin(app, graceMs)
        await letGo(context)
        log.info('stopped')
      },
    }
  } catch (error) {
    await app.close()
    await letGo(context)
    throw error
  }
}

/** Has the service states of accounts decided again at once. */
function wakeStates(waker: JobWaker) {
  return (accounts: readonly string[]) => {
    for (const account of accounts) waker.wake('update-service-state', { v: 1, account })
  }
}

/**
 * Connections without a request are closed at once, the others as soon as they have their answer, or when the time is up.
 */
async function closeWithin(app: FastifyInstance, graceMs: number): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_MS)
  const end = setTimeout(() => app.server.closeAllConnections(), graceMs)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
    clearTimeout(end)
  }
}

/**
 * Whatever does not close in time or in order is left behind with a warning: a server that is away must not keep this
 * process, and whoever sent usage that waits for the queue was not told that it is stored.
 */
async function letGo({ ingest, queues, ops, waker, db, log }: WebContext): Promise<void> {
  const parts = {
    ingest: ingest.close(),
    queues: queues.close(),
    "operators' queues": ops.queues.close(),
    waker: waker.close(),
    database: db.destroy(),
  }
  await Promise.all(
    Object.entries(parts).map(async ([part, closing]) => {
      try {
        await withDeadline(closing, { ms: CLOSE_TIMEOUT_MS, what: `closing the ${part}` })
      } catch (error) {
        log.warn({ err: error, part }, 'not closed in order')
      }
    }),
  )
}
