import type { Socket } from 'node:net'

/** Enough to find a message that arrives in two pieces. */
const MATCH_TAIL_CHARACTERS = 256

/** How a proxy behaves at the moment; shared by all its connections. */
export interface Behaviour {
  delayMs: number
  isBlackhole: boolean
  answerToDrop: { readonly message: RegExp; readonly dropped: () => void } | undefined
}

/** A client's connection to a proxy and the one that the proxy made to the server for it. */
export class SocketPair {
  readonly #client: Socket
  readonly #server: Socket
  readonly #behaviour: Behaviour
  /** What is to be passed on, in the order of its arrival. */
  readonly #held: { readonly dueMs: number; readonly passOn: () => void }[] = []
  #timer: NodeJS.Timeout | undefined
  #sentTail = ''
  #dropNextAnswer: (() => void) | undefined

  constructor(pair: { client: Socket; server: Socket; behaviour: Behaviour }) {
    const { client, server, behaviour } = pair
    this.#client = client
    this.#server = server
    this.#behaviour = behaviour
    client.on('data', (bytes) => this.#fromClient(bytes))
    server.on('data', (bytes) => this.#fromServer(bytes))
    client.on('end', () => this.#hold(() => server.end()))
    server.on('end', () => this.#hold(() => client.end()))
    client.on('error', () => this.reset())
    server.on('error', () => this.reset())
  }

  reset(): void {
    clearTimeout(this.#timer)
    this.#held.length = 0
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
  }

  passOnDue(): void {
    clearTimeout(this.#timer)
    if (this.#behaviour.isBlackhole) return
    const nowMs = performance.now()
    const waiting = this.#held.findIndex(({ dueMs }) => dueMs > nowMs)
    const due = this.#held.splice(0, waiting < 0 ? this.#held.length : waiting)
    for (const { passOn } of due) passOn()

    const next = this.#held[0]
    if (next) this.#timer = setTimeout(() => this.passOnDue(), next.dueMs - nowMs)
  }

  #fromClient(bytes: Buffer): void {
    this.#lookForMessage(bytes)
    this.#hold(() => this.#server.write(bytes))
  }

  #fromServer(bytes: Buffer): void {
    if (!this.#dropNextAnswer) {
      this.#hold(() => this.#client.write(bytes))
      return
    }
    this.reset()
    this.#dropNextAnswer()
  }

  #hold(passOn: () => void): void {
    this.#held.push({ dueMs: performance.now() + this.#behaviour.delayMs, passOn })
    this.passOnDue()
  }

  #lookForMessage(bytes: Buffer): void {
    const wanted = this.#behaviour.answerToDrop
    const sent = wanted ? this.#sentTail + bytes.toString('latin1') : ''
    this.#sentTail = sent.slice(-MATCH_TAIL_CHARACTERS)
    if (!wanted?.message.test(sent)) return
    this.#behaviour.answerToDrop = undefined
    this.#dropNextAnswer = wanted.dropped
  }
}
