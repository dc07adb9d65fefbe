import { Agent, request } from 'node:http'
import type { HoldAsk } from '../../billing/hold.ts'
import { closedLoop } from './closed-loop.ts'
import { holdAsks } from './hold-asks.ts'
import type { HoldLedger } from './hold-ledger.ts'
import type { Latency } from './latency.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { ProcessHandle } from './process-handle.ts'
import { percentile } from './statistics.ts'
import { atSteadyPace } from './steady-pace.ts'
import { ACCOUNTS } from './usage-rows.ts'
import type { WebCalls } from './web-process.ts'

const CLIENTS = 50

/** Asks over HTTP. */
export interface HttpFigures {
  /** What the clients reach. */
  readonly perSecond: number
  /** Of the two that follow: half of it. */
  readonly pacePerSecond: number
  /** `GET /healthz`, which does nothing. */
  readonly empty: Latency
  readonly hold: Latency
}

/** The product's HTTP server in a process of its own. It serves one ledger after the other, so that its code is warm. */
export type WebProcess = ProcessHandle<WebCalls>

export function startWebProcess(): WebProcess {
  return new ProcessHandle('web-process.ts')
}

/** The server at work on a ledger, and clients of it in this process. */
export interface HoldHttp {
  measure(ms: number): Promise<HttpFigures>
  close(): Promise<void>
}

export async function openHoldHttp(
  web: WebProcess,
  { webConfig: config, serviceKey: key }: Pick<HoldLedger, 'webConfig' | 'serviceKey'>,
): Promise<HoldHttp> {
  const { url } = await web.call('start', { config })
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const nextAsk = holdAsks(ACCOUNTS)
  const askHold = () => send(`${url}/v1/holds`, { agent, key, ask: nextAsk(), status: 201 })
  const askNothing = () => send(`${url}/healthz`, { agent, key, ask: null, status: 200 })
  return {
    measure: async (ms) => {
      const { perSecond } = await closedLoop({ clients: CLIENTS, ms }, askHold)
      const pacePerSecond = perSecond / 2
      const empty = await latencyAt(pacePerSecond, ms, askNothing)
      const hold = await latencyAt(pacePerSecond, ms, askHold)
      return { perSecond, pacePerSecond, empty, hold }
    },
    close: async () => {
      agent.destroy()
      await web.call('stop', null)
    },
  }
}

/** Whether the answers come or not, the next request is sent when it is due. */
async function latencyAt(perSecond: number, ms: number, ask: () => Promise<void>): Promise<Latency> {
  globalThis.gc?.()
  const asks = Array.from({ length: Math.ceil((perSecond * ms) / 1_000) }, () => ask)
  const answered: Promise<number>[] = []
  await atSteadyPace(asks, perSecond, (one) => {
    const answer = timed(one)
    answer.catch(() => undefined) // thrown when all are awaited
    answered.push(answer)
  })
  const tookMs = await Promise.all(answered)
  return { p50Ms: percentile(tookMs, 50), p99Ms: percentile(tookMs, 99) }
}

async function timed(ask: () => Promise<void>): Promise<number> {
  const askedAtMs = monotonicMs()
  await ask()
  return monotonicMs() - askedAtMs
}

/** Resolves when the whole answer is here; rejects when it has another status than it must have. */
function send(
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
