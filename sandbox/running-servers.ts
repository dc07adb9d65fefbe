import type { ServerProcess } from './server-process.ts'

/** Servers that run and stop together. */
export class RunningServers {
  /** Resolves with the name of a server that ends before `stop`. */
  readonly ended: Promise<string>
  readonly #servers: ServerProcess[] = []
  readonly #nameEnd: (name: string) => void
  #isStopping = false

  constructor() {
    const { promise, resolve } = Promise.withResolvers<string>()
    this.ended = promise
    this.#nameEnd = resolve
  }

  add(name: string, server: ServerProcess): void {
    this.#servers.push(server)
    void server.exited.then(() => {
      if (!this.#isStopping) this.#nameEnd(name)
    })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.all(this.#servers.map((server) => server.stop()))
  }
}
