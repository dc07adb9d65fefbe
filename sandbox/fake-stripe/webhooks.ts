import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../config/clock.ts'
import { postEvent, type WebhookEndpoint } from './post-event.ts'
import type { StripeEvent } from './stripe-objects.ts'

/** One sending of an event; `status` 0 when nobody answered. */
export interface Delivery {
  readonly event: string
  readonly type: string
  readonly status: number
}

/** How events are sent: each signed, in the order in which it came, and again when it is refused. */
export interface Webhooks {
  /** Where events go from now on; with null they go nowhere. */
  endpoint: WebhookEndpoint | null
  /** What is done with a new event. */
  readonly mode: 'drop' | 'hold' | 'send'
  readonly deliveries: readonly Delivery[]
  /** Events that wait for `release`. */
  readonly held: readonly StripeEvent[]
  /** From now on events are lost. The API still lists them. */
  drop(): void
  /** From now on events wait. */
  hold(): void
  /** From now on events are sent, each so many times at once. */
  resume(times?: number): void
  /** Sends what waits, in the order that `arrange` makes of it, and resumes. */
  release(arrange?: (events: StripeEvent[]) => StripeEvent[]): void
  /** Sends an event once more. */
  resend(event: StripeEvent): void
  /** Resolves when nothing is being sent, and no refused event is to be sent again. */
  settled(): Promise<void>
}

interface SenderParts {
  readonly endpoint: WebhookEndpoint | null
  readonly clock: Clock
  /** How long to wait before each further try of a refused event. */
  readonly retryDelaysMs: readonly number[]
  /** Called when an event was taken by the endpoint. */
  onDelivered(): Promise<void>
}

export class WebhookSender implements Webhooks {
  endpoint: WebhookEndpoint | null
  readonly deliveries: Delivery[] = []
  readonly held: StripeEvent[] = []
  readonly #parts: SenderParts
  readonly #stopping = new AbortController()
  readonly #busy = new Set<Promise<void>>()
  #mode: Webhooks['mode'] = 'send'
  #times = 1
  #queue = Promise.resolve()

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.endpoint = parts.endpoint
  }

  get mode(): Webhooks['mode'] {
    return this.#mode
  }

  /** Takes a new event, and does with it what is done at present. */
  send(event: StripeEvent): void {
    if (!this.endpoint) return
    event.pending_webhooks = 1
    if (this.#mode === 'hold') this.held.push(event)
    if (this.#mode === 'send') this.#enqueue(event, this.#times)
  }

  drop(): void {
    this.#mode = 'drop'
  }

  hold(): void {
    this.#mode = 'hold'
  }

  resume(times = 1): void {
    this.#mode = 'send'
    this.#times = times
  }

  release(arrange = (events: StripeEvent[]) => events): void {
    this.resume()
    for (const event of arrange(this.held.splice(0))) this.#enqueue(event, 1)
  }

  resend(event: StripeEvent): void {
    this.#enqueue(event, 1)
  }

  async settled(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy)
  }

  /** Ends what is being sent. Events that were not taken stay pending. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.settled()
  }

  #enqueue(event: StripeEvent, times: number): void {
    event.pending_webhooks = 1
    this.#queue = this.#queue.then(async () => {
      await Promise.all(Array.from({ length: times }, () => this.#sendOnce(event)))
    })
    this.#track(this.#queue)
  }

  /** A refused event does not hold up those behind it. */
  async #sendOnce(event: StripeEvent): Promise<void> {
    if (!(await this.#post(event))) this.#track(this.#retry(event))
  }

  async #retry(event: StripeEvent): Promise<void> {
    const { signal } = this.#stopping
    for (const waitMs of this.#parts.retryDelaysMs) {
      await delay(waitMs, undefined, { signal, ref: false }).catch(() => undefined) // stopping ends the wait
      if (signal.aborted || (await this.#post(event))) return
    }
  }

  async #post(event: StripeEvent): Promise<boolean> {
    const { signal } = this.#stopping
    const { endpoint } = this
    if (!endpoint || signal.aborted) return false
    const status = await postEvent(event, { endpoint, clock: this.#parts.clock, signal })
    this.deliveries.push({ event: event.id, type: event.type, status })
    if (status < 200 || status > 299) return false
    event.pending_webhooks = 0
    await this.#parts.onDelivered()
    return true
  }

  #track(work: Promise<void>): void {
    const done = () => this.#busy.delete(work)
    this.#busy.add(work)
    work.then(done, done)
  }
}
