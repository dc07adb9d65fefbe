import type { Config } from '../../config/config.ts'
import type { RunningProcess } from '../../workers/start-worker.ts'
import { answerCalls } from './answer-calls.ts'
import { type Handler, startHandler } from './handlers.ts'
import { monotonicMs } from './monotonic-ms.ts'

/** A worker's request and what it answers. */
export interface WorkerCalls {
  /** Answers when the worker takes jobs. */
  start: { ask: { handler: Handler; config: Config }; answer: null }
  /** Counts from here on; answered at once. */
  expect: { ask: { records: number }; answer: null }
  /** Answers when that many records are done, with the time of the last of them. */
  finish: { ask: null; answer: { atMs: number } }
  /** When the expected records were done, in their order. */
  marks: { ask: null; answer: readonly Mark[] }
  /** After a full garbage collection. */
  memory: { ask: null; answer: { heapBytes: number; rssBytes: number } }
  stop: { ask: null; answer: null }
}

export interface Mark {
  readonly records: number
  readonly atMs: number
}

const GRACE_MS = 10_000

let running: RunningProcess | null = null
let marks: Mark[] = []
let missing = 0
let finished = Promise.withResolvers<{ atMs: number }>()

answerCalls<WorkerCalls>({
  start: async ({ handler, config }) => {
    running = await startHandler(handler, config, onDone)
    return null
  },
  expect: ({ records }) => {
    marks = []
    missing = records
    finished = Promise.withResolvers()
    return Promise.resolve(null)
  },
  finish: () => finished.promise,
  marks: () => Promise.resolve(marks),
  memory: () => {
    globalThis.gc?.()
    const { heapUsed, rss } = process.memoryUsage()
    return Promise.resolve({ heapBytes: heapUsed, rssBytes: rss })
  },
  stop: async () => {
    await running?.stop(GRACE_MS)
    return null
  },
})

function onDone(records: number): void {
  const atMs = monotonicMs()
  marks.push({ records, atMs })
  missing -= records
  if (missing <= 0) finished.resolve({ atMs })
}
