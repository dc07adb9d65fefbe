import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkerCalls } from './worker-process.ts'

/** Far longer than any scenario takes. */
const ANSWER_TIMEOUT_MS = 300_000

/** A worker process; it lives through many scenarios, so that its code is warm. */
export class WorkerHandle {
  readonly #process: ChildProcess
  readonly #ended: Promise<never>

  constructor() {
    const script = new URL('worker-process.ts', import.meta.url)
    // Standard output is the table's.
    this.#process = fork(script, { execArgv: ['--expose-gc'], stdio: ['ignore', 2, 2, 'ipc'] })
    this.#ended = once(this.#process, 'exit').then(() => {
      throw new Error('a worker process ended; see what it printed')
    })
    this.#ended.catch(() => undefined)
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('a worker process could not be started')
    return this.#process.pid
  }

  /** One call at a time. */
  async call<Call extends keyof WorkerCalls>(
    call: Call,
    ask: WorkerCalls[Call]['ask'],
  ): Promise<WorkerCalls[Call]['answer']> {
    const answered = once(this.#process, 'message')
    this.#process.send({ call, ask })
    const timeUp = new AbortController()
    const tooLate = sleep(ANSWER_TIMEOUT_MS, null, { signal: timeUp.signal }).then(() => {
      throw new Error(`a worker process did not answer "${call}" in time; see what it printed`)
    })
    try {
      const [answer] = await Promise.race([answered, this.#ended, tooLate])
      return answer
    } finally {
      timeUp.abort()
    }
  }

  end(): void {
    this.#process.disconnect()
  }
}
