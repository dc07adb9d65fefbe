import { systemClock, systemNewId } from '../../config/clock.ts'
import type { Config } from '../../config/config.ts'
import { createLog } from '../../config/logger.ts'
import { type RunningWeb, startWeb } from '../../web/start-web.ts'
import { answerCalls } from './answer-calls.ts'

/** The product's HTTP server, as its own process runs it. */
export interface WebCalls {
  /** Answers with the address when it listens. */
  start: { ask: { config: Config }; answer: { url: string } }
  stop: { ask: null; answer: null }
}

const GRACE_MS = 10_000

let running: RunningWeb | null = null

answerCalls<WebCalls>({
  start: async ({ config }) => {
    const log = createLog({ level: config.logLevel, process: 'bench-web' })
    running = await startWeb({ config, log, clock: systemClock, newId: systemNewId })
    return { url: running.url }
  },
  stop: async () => {
    await running?.stop(GRACE_MS)
    return null
  },
})
