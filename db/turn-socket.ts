import { Socket } from 'node:net'

/** Sends everything that is written in one turn of the event loop at once: statements of a pipeline cost one system call. */
export class TurnSocket extends Socket {
  #isCollecting = false

  override write(...args: unknown[]): boolean {
    if (!this.#isCollecting) {
      this.#isCollecting = true
      this.cork()
      process.nextTick(() => {
        this.#isCollecting = false
        this.uncork()
      })
    }
    return Reflect.apply(super.write, this, args)
  }
}
