import { randomUUID } from 'node:crypto'
import { expect, inject, vi } from 'vitest'

/** What the CRM and the telephony stack do with an account, over the API. */
export interface Account {
  call<T>(path: string, request?: ApiRequest): Promise<T>
  /** Resolves when the balance is this one. */
  untilBalance(balance: string): Promise<void>
  /** Reports what happened on its phones, as the telephony stack does, and resolves when all of it is charged. */
  report(records: readonly UsageOfAccount[]): Promise<void>
}

interface ApiRequest {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A usage record without what this file adds to it. */
export interface UsageOfAccount {
  readonly id?: string
  readonly item: string
  readonly kind?: string
  readonly from: string
  readonly to: string
  readonly durationMs?: number
  readonly segments?: number
  readonly callId?: string
  readonly tags?: Readonly<Record<string, string>>
}

const POLLING = { timeout: 60_000, interval: 200 }

export function accountOf(account: string): Account {
  const call: Account['call'] = async (path, request = {}) =>
    await callApi(`/v1/accounts/${account}${path}`, request)
  const until = async (path: string, expected: object) => {
    await vi.waitFor(async () => expect(await call(path)).toMatchObject(expected), POLLING)
  }
  return {
    call,
    untilBalance: async (balance) => await until('/balance', { balance }),
    report: async (records) => {
      const occurredAt = new Date().toISOString()
      const whole = records.map((record) => ({ id: randomUUID(), account, occurredAt, ...record }))
      await callApi('/v1/usage', { method: 'POST', body: { v: 1, records: whole } })
      const sources = whole.map(({ id }) => ({ source: `usage/${id}` }))
      const path = `/entries?limit=${whole.length}`
      await vi.waitFor(async () => {
        const { entries } = await call<{ entries: { source: string }[] }>(path)
        expect(entries.map(({ source }) => ({ source }))).toEqual(expect.arrayContaining(sources))
      }, POLLING)
    },
  }
}

/** Tells the stand-in for Stripe a story: what a card does from now on, or what a bank says. */
export async function tellStripe(story: string, fields: Record<string, string>): Promise<void> {
  const answer = await fetch(`${inject('demo').stripeUrl}/stories/${story}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  expect(answer.ok, await answer.text()).toBe(true)
}

async function callApi<T>(path: string, { method = 'GET', body, headers = {} }: ApiRequest): Promise<T> {
  const { url, serviceKey } = inject('demo')
  const answer = await fetch(url + path, {
    method,
    headers: {
      ...headers,
      authorization: `Bearer ${serviceKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  expect(answer.ok, `${method} ${path}: ${text}`).toBe(true)
  return JSON.parse(text)
}
