import { onTestFinished } from 'vitest'
import type { Config } from '../../config/config.ts'
import type { FakeStripe } from '../../sandbox/fake-stripe/start-fake-stripe.ts'
import { startWorker } from '../../workers/start-worker.ts'
import { type Payments, STRIPE_KEY, STRIPE_WEBHOOK_SECRET, setupPayments } from './payments.ts'
import type { QueueBackend } from './queue-backends.ts'
import { setup } from './setup.ts'
import { type Json, setupWeb, type Web } from './web.ts'

export const ROTATED_SECRET = 'whsec_rotated'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
}

export interface WebPayments extends Omit<Web, 'deps'> {
  readonly payments: Payments
  readonly stripe: FakeStripe
  /** As the server has it. */
  readonly servedConfig: Config
  /** Sends a request with the key. */
  call(method: string, path: string, request?: CallRequest): Promise<Answer>
  /** Pays now on acct_a, under a key of its own unless told otherwise. */
  pay(amount: string, headers?: Record<string, string>): Promise<Answer>
  /** Starts a worker that charges cards. */
  startPaymentWorker(): Promise<void>
}

export interface CallRequest {
  /** Sent as JSON; left out when not given. */
  readonly json?: unknown
  readonly headers?: Record<string, string>
}

/** Payments of two accounts behind the HTTP server, with a fake Stripe that sends its events to it. */
export async function setupWebPayments({
  backend,
  reach = () => Promise.resolve({}),
}: {
  backend?: QueueBackend | undefined
  reach?: (config: Config) => Promise<Partial<Config>>
} = {}): Promise<WebPayments> {
  const base = await setup()
  const payments = await setupPayments(Promise.resolve(base))
  const stripeConfig: Config['stripe'] = {
    secretKey: STRIPE_KEY,
    // The fake takes a secret key wherever a browser sends its own.
    publishableKey: STRIPE_KEY,
    apiBase: payments.stripe.url,
    webhookSecrets: [STRIPE_WEBHOOK_SECRET, ROTATED_SECRET],
  }
  const web = await setupWeb(
    backend,
    async (config) => ({ stripe: stripeConfig, ...(await reach(config)) }),
    Promise.resolve(base),
  )
  payments.stripe.webhooks.endpoint = {
    url: `${web.web.url}/webhooks/stripe`,
    secret: STRIPE_WEBHOOK_SECRET,
  }
  const servedConfig = { ...web.config, stripe: stripeConfig }
  let keys = 0
  const call: WebPayments['call'] = async (method, path, { json, headers = {} } = {}) => {
    const answer = await web.send(path, {
      method,
      headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const text = await answer.text()
    const body: Json = text === '' ? null : JSON.parse(text)
    return { status: answer.status, headers: answer.headers, body }
  }
  return {
    ...web,
    payments,
    stripe: payments.stripe,
    servedConfig,
    call,
    pay: (amount, headers = {}) => {
      keys += 1
      return call('POST', '/v1/accounts/acct_a/topups', {
        json: { amount },
        headers: { 'idempotency-key': `key-${keys}`, ...headers },
      })
    },
    startPaymentWorker: async () => {
      const worker = await startWorker({ ...web.deps, config: servedConfig })
      onTestFinished(() => worker.stop(5_000))
    },
  }
}

/** Confirms a set-up or payment at the fake Stripe as the customer's browser does. */
export async function confirmInBrowser(
  { stripe }: Pick<WebPayments, 'stripe'>,
  intent: string,
  fields: Readonly<Record<string, string>>,
): Promise<Json> {
  const kind = intent.startsWith('seti_') ? 'setup_intents' : 'payment_intents'
  const answer = await fetch(`${stripe.url}/v1/${kind}/${intent}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({ key: STRIPE_KEY, ...fields }),
  })
  return await answer.json()
}

/** A card by its number, as Stripe's card form sends it. */
export const cardFields = (number = '4242424242424242') => ({
  'payment_method_data[type]': 'card',
  'payment_method_data[card][number]': number,
})
