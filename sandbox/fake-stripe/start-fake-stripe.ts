import { once } from 'node:events'
import { type Clock, type NewId, systemNewId } from '../../config/clock.ts'
import { answerRequest } from './answer-request.ts'
import { type CardLedger, createCardLedger } from './card-ledger.ts'
import { createRateLimit } from './door.ts'
import { createFaults, type Faults } from './faults.ts'
import { createHttpServer } from './http-server.ts'
import { createIdempotency } from './idempotency.ts'
import { createMerchant } from './merchant.ts'
import { answerPage } from './pages.ts'
import type { PageLinks } from './pages-home.ts'
import type { WebhookEndpoint } from './post-event.ts'
import { createRequestLog, type LoggedRequest, type RequestLog } from './request-log.ts'
import { createStateSaver, readStateFile } from './state-file.ts'
import { createStories, type Stories } from './stories.ts'
import { emptyState, type State } from './stripe-objects.ts'
import { WebhookSender, type Webhooks } from './webhooks.ts'

const RETRY_DELAYS_MS = [1_000, 5_000, 30_000]

export interface FakeStripeOptions {
  /** Of 127.0.0.1; 0 picks a free one. */
  readonly port: number
  readonly secretKeys: readonly string[]
  /** Known keys that may do nothing: 403. */
  readonly restrictedKeys?: readonly string[]
  /** Keys for browsers, which confirm with the client secret of a payment or set-up. */
  readonly publishableKeys?: readonly string[]
  readonly webhook: WebhookEndpoint | null
  readonly clock: Clock
  readonly newId?: NewId
  /** Keeps everything across restarts; read by no other process at the same time. */
  readonly dataFile?: string
  /** Requests of one second of the clock; what comes above is answered 429. No limit when not given. */
  readonly requestsPerSecondMax?: number
  /** Waits before a refused event is sent again; 1, 5 and 30 seconds when not given. */
  readonly webhookRetryDelaysMs?: readonly number[]
}

/** A server that Stripe's SDK takes for Stripe, with what happens at Stripe at the caller's command. */
export interface FakeStripe {
  /** For STRIPE_API_BASE. */
  readonly url: string
  /** All that it holds, to read. */
  readonly state: State
  readonly faults: Faults
  readonly stories: Stories
  readonly webhooks: Webhooks
  /** Of its page for people, at `/`. */
  readonly links: PageLinks
  readonly ledger: CardLedger
  readonly requests: readonly LoggedRequest[]
  /** Resolves as soon as so many matching requests have come since the start, with all of them. */
  readonly requestsSeen: RequestLog['seen']
  /** Ends every connection, drops what hangs, and resolves when everything is saved. */
  stop(): Promise<void>
}

export async function startFakeStripe(options: FakeStripeOptions): Promise<FakeStripe> {
  const { clock, dataFile } = options
  const state = dataFile === undefined ? emptyState() : await readStateFile(dataFile)
  const saver = createStateSaver(state, dataFile)
  const webhooks = new WebhookSender({
    endpoint: options.webhook,
    clock,
    retryDelaysMs: options.webhookRetryDelaysMs ?? RETRY_DELAYS_MS,
    onDelivered: () => saver.saved(),
  })
  const newId = options.newId ?? systemNewId
  const merchant = createMerchant({ state, clock, newId, onEvent: (event) => webhooks.send(event) })
  const log = createRequestLog()
  const faults = createFaults()
  const stories = createStories(merchant, saver)
  const links: PageLinks = { mails: null }
  const parts = {
    merchant,
    keys: {
      secret: options.secretKeys,
      restricted: options.restrictedKeys ?? [],
      publishable: options.publishableKeys ?? [],
    },
    idempotency: createIdempotency(state.keys, clock),
    saver,
    admit: createRateLimit(options.requestsPerSecondMax ?? Infinity, clock),
  }
  const server = createHttpServer({
    clock,
    log,
    faults,
    answer: (incoming, taken) => answerRequest(parts, incoming, taken),
    answerPage: (request) => answerPage({ state, stories, webhooks, faults, links }, request),
  })
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  for (const event of state.events.values()) if (event.pending_webhooks > 0) webhooks.send(event)

  return {
    url: `http://127.0.0.1:${address.port}`,
    state,
    faults,
    stories,
    webhooks,
    links,
    ledger: createCardLedger(state),
    requests: log.all,
    requestsSeen: (match, times) => log.seen(match, times),
    async stop() {
      server.close()
      server.closeAllConnections()
      await webhooks.stop()
      await saver.saved()
    },
  }
}
