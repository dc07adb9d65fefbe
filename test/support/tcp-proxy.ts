import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { type Behaviour, SocketPair } from './socket-pair.ts'

/** A TCP server in front of another, on 127.0.0.1, that can be told to misbehave. */
export interface TcpProxy {
  readonly port: number
  /** The same URL, by way of the proxy. */
  through(url: string): string
  /** Resets every connection there is; new ones are served. */
  cut(): void
  /** Takes connections and bytes and passes nothing on, in either direction, until `forward`. */
  blackhole(): void
  /** Passes on again, first what was held back. */
  forward(): void
  /** Holds everything back for so long, in both directions; 0 ends it. */
  delay(durationMs: number): void
  /**
   * The next message of a client that matches is passed on, and when the server answers it, the connection is reset
   * instead: the work was done and nobody was told. Resolves when that has happened.
   */
  dropAnswerTo(message: RegExp): Promise<void>
  /** Resets all connections and listens no more. */
  close(): Promise<void>
}

/** Starts a proxy to the server of a URL, which names its host and port. */
export async function startTcpProxy(url: string): Promise<TcpProxy> {
  const target = new URL(url)
  const behaviour: Behaviour = { delayMs: 0, isBlackhole: false, answerToDrop: undefined }
  const pairs = new Set<SocketPair>()
  const server = createServer((client) => {
    const pair = new SocketPair({ client, server: connect(Number(target.port), target.hostname), behaviour })
    pairs.add(pair)
    client.once('close', () => pairs.delete(pair))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const cut = () => {
    for (const pair of pairs) pair.reset()
  }
  return {
    port,
    through: (direct) => Object.assign(new URL(direct), { hostname: '127.0.0.1', port: String(port) }).href,
    cut,
    blackhole: () => {
      behaviour.isBlackhole = true
    },
    forward: () => {
      behaviour.isBlackhole = false
      for (const pair of pairs) pair.passOnDue()
    },
    delay: (durationMs) => {
      behaviour.delayMs = durationMs
    },
    dropAnswerTo: (message) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      behaviour.answerToDrop = { message, dropped: resolve }
      return promise
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}
