import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from '../../clients/send-grid-signature.ts'
import type { Clock } from '../../config/clock.ts'
import type { FakeMail } from './mail-request.ts'
import { signDelivery } from './signing-key.ts'

export type EventKind = 'processed' | 'deferred' | 'delivered' | 'dropped' | 'bounce' | 'spamreport'

/** An event as SendGrid's webhook has it; the mail's custom arguments are among its fields. */
export type EventBody = Readonly<Record<string, string | number>>

export interface EventWebhook {
  readonly url: string
  /** PEM. */
  readonly privateKey: string
}

const RETRY_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000]

/** Makes, signs and delivers events: by itself for every mail, and as a test tells. */
export class FakeEvents {
  /** Whether accepted mails are reported without being asked. */
  isAutomatic = true
  /** May be named after the start: who listens there may need to know where the fake is. */
  webhook: EventWebhook | null
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()

  constructor(webhook: EventWebhook | null, clock: Clock) {
    this.webhook = webhook
    this.#clock = clock
  }

  /** An event of a mail at its first address, not delivered yet: a test may send it twice or shuffle it. */
  make(mail: FakeMail, kind: EventKind, fields: EventBody = {}): EventBody {
    return {
      ...mail.customArgs,
      email: mail.to[0] ?? '',
      timestamp: this.#seconds(),
      event: kind,
      sg_event_id: randomUUID().replaceAll('-', ''),
      sg_message_id: `${mail.id}.fake-0`,
      ...DETAILS[kind],
      ...fields,
    }
  }

  /** Delivers events in one signed request, in the order given. Returns the status it was answered with. */
  async deliver(events: readonly EventBody[]): Promise<number> {
    if (!this.webhook) throw new Error('the fake SendGrid was started without an event webhook')
    const { url, privateKey } = this.webhook
    const body = JSON.stringify(events)
    const timestamp = String(this.#seconds())
    const answer = await fetch(url, {
      method: 'POST',
      body,
      signal: this.#stopping.signal,
      headers: {
        'content-type': 'application/json',
        [TIMESTAMP_HEADER]: timestamp,
        [SIGNATURE_HEADER]: signDelivery(body, { timestamp, privateKey }),
      },
    })
    await answer.body?.cancel()
    return answer.status
  }

  /** Reports a mail as SendGrid would, in the background. */
  report(mail: FakeMail, { isSuppressed }: { isSuppressed: (address: string) => boolean }): void {
    if (!this.webhook || !this.isAutomatic) return
    const events = mail.to.flatMap((email) => {
      if (isSuppressed(email)) return [this.make(mail, 'dropped', { email })]
      const end = email.startsWith('bounce') ? 'bounce' : 'delivered'
      return [this.make(mail, 'processed', { email }), this.make(mail, end, { email })]
    })
    const running = this.#deliverInTheEnd(events).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves when everything reported so far has been delivered or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.settled()
  }

  /** As SendGrid does, tries again while the receiver does not answer with 2xx; only not for a day. */
  async #deliverInTheEnd(events: readonly EventBody[]): Promise<void> {
    for (const delayMs of [0, ...RETRY_DELAYS_MS]) {
      await sleep(delayMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
      if (this.#stopping.signal.aborted) return
      const status = await this.deliver(events).catch(() => 0)
      if (status >= 200 && status < 300) return
    }
  }

  #seconds(): number {
    return Math.floor(this.#clock.now().getTime() / 1_000)
  }
}

const DETAILS: Readonly<Record<EventKind, EventBody>> = {
  processed: {},
  deferred: { response: '400 try again later', attempt: '1' },
  delivered: { response: '250 OK' },
  dropped: { reason: 'Bounced Address', status: '5.0.0' },
  bounce: { reason: '550 5.1.1 The account does not exist', status: '5.1.1', type: 'bounce' },
  spamreport: {},
}
