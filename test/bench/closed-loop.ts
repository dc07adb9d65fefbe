import { monotonicMs } from './monotonic-ms.ts'
import { percentile } from './statistics.ts'

/** What clients of a loop saw. */
export interface LoopFigures {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** So many clients for so long, or for so many asks, each of which asks again as soon as it has its answer. */
export async function closedLoop(
  { clients, ms, asksMax = Infinity }: { clients: number; ms: number; asksMax?: number },
  ask: () => Promise<void>,
): Promise<LoopFigures> {
  globalThis.gc?.()
  const tookMs: number[] = []
  let asks = 0
  const startedAtMs = monotonicMs()
  const client = async () => {
    let askedAtMs = startedAtMs
    while (askedAtMs < startedAtMs + ms && asks < asksMax) {
      asks += 1
      await ask()
      const answeredAtMs = monotonicMs()
      tookMs.push(answeredAtMs - askedAtMs)
      askedAtMs = answeredAtMs
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return {
    perSecond: (tookMs.length * 1_000) / (monotonicMs() - startedAtMs),
    p50Ms: percentile(tookMs, 50),
    p99Ms: percentile(tookMs, 99),
  }
}
