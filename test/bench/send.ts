import { type Agent, request } from 'node:http'
import type { HoldAsk } from '../../billing/hold.ts'

/** Resolves when the whole answer is here; rejects when it has another status than it must have. */
export function send(
  url: string,
  { agent, key, ask, status }: { agent: Agent; key: string; ask: HoldAsk | null; status: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const headers = { authorization: `Bearer ${key}`, ...(ask && { 'content-type': 'application/json' }) }
  const sent = request(url, { agent, method: ask ? 'POST' : 'GET', headers }, (answer) => {
    const wrong = answer.statusCode === status ? null : `${url} answered ${answer.statusCode}`
    answer.resume()
    answer.on('end', () => (wrong === null ? resolve() : reject(new Error(wrong))))
    answer.on('error', reject)
  })
  sent.on('error', reject)
  sent.end(ask ? JSON.stringify(ask) : undefined)
  return promise
}
