import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallsOf } from './answer-calls.ts'

/** Far longer than any scenario takes. */
const ANSWER_TIMEOUT_MS = 300_000

/** A process that runs a script of this folder, which answers calls; it lives through many scenarios, so that its code is warm. */
export class ProcessHandle<Calls extends CallsOf<Calls>> {
  readonly #process: ChildProcess
  readonly #ended: Promise<never>

  constructor(script: `${string}-process.ts`) {
    this.#process = fork(new URL(script, import.meta.url), {
      execArgv: ['--expose-gc'],
      // Standard output is the table's.
      stdio: ['ignore', 2, 2, 'ipc'],
      // A configuration has sets, which JSON would lose.
      serialization: 'advanced',
    })
    this.#ended = once(this.#process, 'exit').then(() => {
      throw new Error(`${script} ended; see what it printed`)
    })
    this.#ended.catch(() => undefined)
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('a process could not be started')
    return this.#process.pid
  }

  /** One call at a time. */
  async call<Call extends keyof Calls>(call: Call, ask: Calls[Call]['ask']): Promise<Calls[Call]['answer']> {
    const answered = once(this.#process, 'message')
    this.#process.send({ call, ask })
    const timeUp = new AbortController()
    const tooLate = sleep(ANSWER_TIMEOUT_MS, null, { signal: timeUp.signal }).then(() => {
      throw new Error(`a process did not answer "${String(call)}" in time; see what it printed`)
    })
    try {
      const [answer] = await Promise.race([answered, this.#ended, tooLate])
      return answer
    } finally {
      timeUp.abort()
    }
  }

  /** Does nothing where it has ended by itself, as when an interrupt reached it too. */
  end(): void {
    if (this.#process.connected) this.#process.disconnect()
  }
}
