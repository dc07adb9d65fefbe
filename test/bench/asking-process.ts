import { Agent } from 'node:http'
import { answerCalls } from './answer-calls.ts'
import { closedLoop } from './closed-loop.ts'
import { holdAsks } from './hold-asks.ts'
import type { HttpFigures } from './hold-http.ts'
import type { Latency } from './latency.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { send } from './send.ts'
import { percentile } from './statistics.ts'
import { atSteadyPace } from './steady-pace.ts'
import { ACCOUNTS } from './usage-rows.ts'

const CLIENTS = 50

/** Clients of the HTTP server, in a process with nothing else in its memory, whose clearing would count as waiting. */
export interface AskingCalls {
  measure: { ask: { url: string; key: string; ms: number }; answer: HttpFigures }
}

const nextAsk = holdAsks(ACCOUNTS)

answerCalls<AskingCalls>({
  measure: async ({ url, key, ms }) => {
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
    const askHold = () => send(`${url}/v1/holds`, { agent, key, ask: nextAsk(), status: 201 })
    const askNothing = () => send(`${url}/healthz`, { agent, key, ask: null, status: 200 })
    const { perSecond } = await closedLoop({ clients: CLIENTS, ms }, askHold)
    const pacePerSecond = perSecond / 2
    const empty = await latencyAt(pacePerSecond, ms, askNothing)
    const hold = await latencyAt(pacePerSecond, ms, askHold)
    agent.destroy()
    return { perSecond, pacePerSecond, empty, hold }
  },
})

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
