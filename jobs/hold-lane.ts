import { isDataError } from '../db/data-error.ts'
import { isUnavailable } from '../db/unavailable.ts'

/** Keeps one transaction's memory and lock time bounded. */
const GROUP_MAX = 500

interface Waiting<Request, Answer> {
  readonly request: Request
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Requests that arrive together are decided together, and those that arrive while a group is being decided are the next
 * group. Nothing waits while nothing is being decided, but for the other requests of the same turn of the event loop. A
 * request that cannot be decided fails alone.
 */
export class HoldLane<Request, Answer> {
  readonly #decide: (group: readonly Request[]) => Promise<readonly Answer[]>
  #waiting: Waiting<Request, Answer>[] = []
  #isBusy = false

  /** `decide` answers the requests of a group in their order. */
  constructor(decide: (group: readonly Request[]) => Promise<readonly Answer[]>) {
    this.#decide = decide
  }

  /** Resolves with the answer once it is committed; rejects when its group failed, so that nothing of it is. */
  add(request: Request): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.#waiting.push({ request, resolve, reject })
    if (!this.#isBusy) {
      this.#isBusy = true
      setImmediate(() => void this.#work())
    }
    return promise
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) await this.#decideGroup(this.#waiting.splice(0, GROUP_MAX))
    this.#isBusy = false
  }

  async #decideGroup(group: readonly Waiting<Request, Answer>[]): Promise<void> {
    try {
      const answers = await this.#decide(group.map(({ request }) => request))
      // The next group is on its way to Postgres before these answers are on theirs.
      setImmediate(() => answer(group, answers))
    } catch (error) {
      if (group.length > 1 && liesInARequest(error)) return await this.#decideHalves(group)
      for (const { reject } of group) reject(error)
    }
  }

  /** Until the request that cannot be decided stands alone. */
  async #decideHalves(group: readonly Waiting<Request, Answer>[]): Promise<void> {
    const middle = Math.ceil(group.length / 2)
    await this.#decideGroup(group.slice(0, middle))
    await this.#decideGroup(group.slice(middle))
  }
}

function answer<Request, Answer>(
  group: readonly Waiting<Request, Answer>[],
  answers: readonly Answer[],
): void {
  for (const [index, { resolve, reject }] of group.entries()) {
    const own = answers[index]
    if (own === undefined) reject(new Error('a request was not answered'))
    else resolve(own)
  }
}

/** Not so where the database is away, or a lock was not to be had in time: the halves would fail as well. */
function liesInARequest(error: unknown): boolean {
  if (isUnavailable(error)) return false
  return isDataError(error) || !(error instanceof Error && 'code' in error)
}
