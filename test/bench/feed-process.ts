import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../config/config.ts'
import { createUsageProducer } from '../../jobs/usage-producer.ts'
import { answerCalls } from './answer-calls.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { ACCOUNTS, usageRows } from './usage-rows.ts'

/** Sends usage of all accounts at a steady rate, while others are measured. */
export interface FeedCalls {
  start: { ask: { config: Config; recordsPerSecond: number }; answer: null }
  /** Answers when everything that was sent is in the queue. */
  stop: { ask: null; answer: { records: number } }
}

const SENT_EVERY_MS = 10

let feeding: { ended: boolean; records: Promise<number> } | null = null

answerCalls<FeedCalls>({
  start: ({ config, recordsPerSecond }) => {
    const feed = { ended: false }
    feeding = Object.assign(feed, { records: sendUntilEnded(config, recordsPerSecond, feed) })
    return Promise.resolve(null)
  },
  stop: async () => {
    if (!feeding) throw new Error('there is no feed')
    feeding.ended = true
    return { records: await feeding.records }
  },
})

async function sendUntilEnded(
  config: Config,
  recordsPerSecond: number,
  feed: { readonly ended: boolean },
): Promise<number> {
  const producer = createUsageProducer(config, {
    onError: (error) => console.error(`queue error: ${error.message}`),
  })
  const sent: Promise<void>[] = []
  const startedAtMs = monotonicMs()
  let records = 0
  while (!feed.ended) {
    const due = Math.floor(((monotonicMs() - startedAtMs) * recordsPerSecond) / 1_000)
    sent.push(producer.addAll(usageRows({ first: records, count: due - records, accounts: ACCOUNTS })))
    records = due
    await sleep(SENT_EVERY_MS)
  }
  await Promise.all(sent)
  await producer.close()
  return records
}
