import { setTimeout as sleep } from 'node:timers/promises'
import type { FeedCalls } from './feed-process.ts'
import type { Ledger } from './ledgers.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { ProcessHandle } from './process-handle.ts'
import type { Rig } from './rig.ts'

/** Usage that is charged while something else is measured. */
export interface UsageLoad {
  /** Sends no more, and resolves when all of it is charged. */
  stop(): Promise<ChargedUsage>
}

export interface ChargedUsage {
  /** All of them. */
  readonly records: number
  /** While something else was measured. */
  readonly recordsPerSecond: number
}

const POLL_MS = 20
const WARM_UP_SECONDS = 0.5

/**
 * Sends so many usage records a second from a process of its own, in full jobs, to one worker. Resolves when they are
 * charged as they come.
 */
export async function startUsageLoad(
  { workers: [worker] }: Rig,
  ledger: Ledger,
  recordsPerSecond: number,
): Promise<UsageLoad> {
  if (!worker) throw new RangeError('there is no worker process')
  const config = ledger.config({ usage: 1, worker: [0] })
  await worker.call('start', { handler: 'usage', config })
  await worker.call('expect', { records: Infinity })
  const feed = new ProcessHandle<FeedCalls>('feed-process.ts')
  await feed.call('start', { config, recordsPerSecond })
  const chargedSoFar = async () => sumOf(await worker.call('marks', null))
  while ((await chargedSoFar()) < recordsPerSecond * WARM_UP_SECONDS) await sleep(POLL_MS)
  const startedAtMs = monotonicMs()
  const chargedBefore = await chargedSoFar()
  return {
    stop: async () => {
      const charged = (await chargedSoFar()) - chargedBefore
      const seconds = (monotonicMs() - startedAtMs) / 1_000
      const { records } = await feed.call('stop', null)
      feed.end()
      while ((await chargedSoFar()) < records) await sleep(POLL_MS)
      await worker.call('stop', null)
      return { records, recordsPerSecond: charged / seconds }
    },
  }
}

function sumOf(marks: readonly { readonly records: number }[]): number {
  return marks.reduce((total, { records }) => total + records, 0)
}
