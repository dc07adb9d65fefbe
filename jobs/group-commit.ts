import type { CommitReport } from './commit-usage.ts'
import type { UsageBatch } from './rate-records.ts'

/** Keeps one transaction's memory and lock time bounded. */
const GROUP_RECORDS_MAX = 8_000

/** As many waiting records are sent ahead while another group is being written. */
const AHEAD_RECORDS_MIN = 4_000

/** The one that Postgres works on, and the one sent ahead. */
const GROUPS_MAX = 2

interface Waiting {
  readonly batch: UsageBatch
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Batches that arrive while a group is being written are written together in the next one; a batch that finds nothing
 * being written is written at once. A large group is sent ahead, so that Postgres never waits for it: it waits there
 * for the accounts it shares with the one before. `add` resolves when the group it joined has committed, and rejects
 * when that group failed as a whole; then nothing of the batch may be assumed stored.
 */
export class GroupCommit {
  readonly #commit: (group: readonly UsageBatch[]) => Promise<CommitReport>
  readonly #onCommitted: (report: CommitReport) => void
  #waiting: Waiting[] = []
  #waitingRecords = 0
  #ratedRecords = 0
  #room = Promise.withResolvers<void>()
  #groups = 0

  constructor(
    commit: (group: readonly UsageBatch[]) => Promise<CommitReport>,
    onCommitted: (report: CommitReport) => void,
  ) {
    this.#commit = commit
    this.#onCommitted = onCommitted
  }

  /**
   * Rates a batch of so many records when fewer than a group takes are being rated or wait. Rating no further ahead keeps
   * the event loop free for the writer.
   */
  async rateInTurn<T>(records: number, rate: () => Promise<T>): Promise<T> {
    while (this.#waitingRecords + this.#ratedRecords >= GROUP_RECORDS_MAX) await this.#room.promise
    this.#ratedRecords += records
    try {
      return await rate()
    } finally {
      this.#ratedRecords -= records
    }
  }

  add(batch: UsageBatch): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ batch, resolve, reject })
    this.#waitingRecords += sizeOf(batch)
    this.#writeWaiting()
    return promise
  }

  #writeWaiting(): void {
    while (this.#mayWrite()) void this.#writeGroup(this.#takeGroup())
  }

  #mayWrite(): boolean {
    if (this.#groups === 0) return this.#waiting.length > 0
    return this.#groups < GROUPS_MAX && this.#waitingRecords >= AHEAD_RECORDS_MIN
  }

  #takeGroup(): Waiting[] {
    let records = 0
    const end = this.#waiting.findIndex(({ batch }) => {
      records += sizeOf(batch)
      return records > GROUP_RECORDS_MAX
    })
    const group = this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(end, 1))
    for (const { batch } of group) this.#waitingRecords -= sizeOf(batch)
    this.#room.resolve()
    this.#room = Promise.withResolvers<void>()
    return group
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    this.#groups += 1
    try {
      const report = await this.#commit(group.map(({ batch }) => batch))
      this.#onCommitted(report)
      for (const { resolve } of group) resolve()
    } catch (error) {
      for (const { reject } of group) reject(error)
    } finally {
      this.#groups -= 1
      this.#writeWaiting()
    }
  }
}

function sizeOf({ rated, refused }: UsageBatch): number {
  return rated.length + refused.length
}
