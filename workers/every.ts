/** Does some work now and then again every `intervalMs`, never twice at once. A failure is reported, and the next time comes. */
export class Every {
  readonly #work: () => Promise<void>
  readonly #onError: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | null = null

  constructor(work: () => Promise<void>, options: { intervalMs: number; onError: (error: unknown) => void }) {
    this.#work = work
    this.#onError = options.onError
    this.#timer = setInterval(() => this.#start(), options.intervalMs)
    this.#start()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  #start(): void {
    this.#running ??= this.#work()
      .catch(this.#onError)
      .finally(() => {
        this.#running = null
      })
  }
}
