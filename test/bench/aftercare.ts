/** Checks of finished scenarios, which run while the next one is prepared, and never while one is measured. */
export class Aftercare {
  #running: Promise<void> = Promise.resolve()

  /** A failure is thrown by the next `settled`. */
  add(work: Promise<void>): void {
    const running = Promise.all([this.#running, work]).then(() => undefined)
    running.catch(() => undefined)
    this.#running = running
  }

  /** Resolves when all of it is done and well. */
  settled(): Promise<void> {
    return this.#running
  }
}
