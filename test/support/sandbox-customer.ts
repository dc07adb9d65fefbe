import { expect, vi } from 'vitest'
import type { ReadyLine } from './local-process.ts'

const POLLING = { timeout: 60_000, interval: 100 }

/** What a mail of the sandbox says, as far as its list tells. */
export interface SandboxMail {
  readonly subject: string
  readonly to: string
  /** Of the page that shows it. */
  readonly url: string
}

/** An account of the running sandbox, used over HTTP alone. */
export interface SandboxCustomer {
  /** Calls the API about this account; the answer must be a success. */
  call<T>(path: string, request?: { method?: string; body?: unknown }): Promise<T>
  /** Reports so many calls of an hour to London, at 1.14 USD each. */
  talk(calls: number): Promise<void>
  /** Registers a card as the CRM and the customer's browser do together. */
  registerCard(number: string, publishableKey: string): Promise<void>
  /** Resolves when the balance is exactly this one. */
  untilBalance(balance: string): Promise<void>
  /** Resolves when the account has a mail of this subject. */
  untilMail(subject: string): Promise<SandboxMail>
  mails(): Promise<SandboxMail[]>
}

export function sandboxCustomer(ready: ReadyLine, account: string): SandboxCustomer {
  const customer: SandboxCustomer = {
    call: async (path, request = {}) => await callApi(ready, `/v1/accounts/${account}${path}`, request),
    talk: async (calls) => {
      const records = Array.from({ length: calls }, () => londonCall(account))
      await callApi(ready, '/v1/usage', { method: 'POST', body: { v: 1, records } })
    },
    registerCard: async (number, publishableKey) => {
      const consent = { by: 'owner', textVersion: '1' }
      const body = { role: 'default', consent }
      const setup = await customer.call<CardSetup>('/card/setup', { method: 'POST', body })
      await confirmInBrowser(ready, setup, { number, publishableKey })
      await customer.call(`/card/setup/${setup.setupIntent}`, { method: 'POST' })
    },
    untilBalance: async (balance) => {
      await vi.waitFor(
        async () => expect(await customer.call('/balance')).toMatchObject({ balance }),
        POLLING,
      )
    },
    untilMail: async (subject) =>
      await vi.waitUntil(
        async () => (await customer.mails()).find((mail) => mail.subject === subject) ?? null,
        POLLING,
      ),
    mails: async () => {
      const all = await listMails(ready)
      return all.filter(({ to }) => to.endsWith(`@${account}.example`))
    },
  }
  return customer
}

interface CardSetup {
  readonly setupIntent: string
  readonly clientSecret: string
}

/** Calls the API of the running sandbox with the service key of the demo; the answer must be a success. */
export async function callApi<T>(
  { url, serviceKey }: ReadyLine,
  path: string,
  { method = 'GET', body }: { method?: string; body?: unknown },
): Promise<T> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${serviceKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  expect(answer.ok, `${method} ${path}: ${text}`).toBe(true)
  return JSON.parse(text)
}

function londonCall(account: string) {
  return {
    id: crypto.randomUUID(),
    account,
    item: 'phone_call',
    kind: 'outbound',
    from: '+12025550123',
    to: '+442079460958',
    occurredAt: '2026-11-05T14:03:07Z',
    durationMs: 3_600_000,
  }
}

async function confirmInBrowser(
  { stripeUrl }: ReadyLine,
  { setupIntent, clientSecret }: CardSetup,
  { number, publishableKey }: { number: string; publishableKey: string },
): Promise<void> {
  const answer = await fetch(`${stripeUrl}/v1/setup_intents/${setupIntent}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({
      key: publishableKey,
      client_secret: clientSecret,
      'payment_method_data[type]': 'card',
      'payment_method_data[card][number]': number,
    }),
  })
  expect(answer.status, await answer.text()).toBe(200)
}

/** Newest first, as the page has them. */
async function listMails({ mailUrl }: ReadyLine): Promise<SandboxMail[]> {
  const page = await (await fetch(mailUrl)).text()
  const items = page.matchAll(/href="(\/mails\/[\w-]+)">\s*<strong>(.*?)<\/strong>\s*<span>(.*?)<\/span>/g)
  return [...items].map(([, path = '', subject = '', to = '']) => ({ subject, to, url: mailUrl + path }))
}
