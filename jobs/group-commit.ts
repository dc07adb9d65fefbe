import type { CommitReport } from './commit-usage.ts'
import type { UsageBatch } from './rate-records.ts'

/** Keeps one transaction's memory and lock time bounded. */
const GROUP_RECORDS_MAX = 8_000

interface Waiting {
  readonly batch: UsageBatch
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * One writer: batches that arrive while a group is being written are written together in the next one. A batch that
 * finds the writer idle is written at once. `add` resolves when the group it joined has committed, and rejects when
 * that group failed as a whole; then nothing of the batch may be assumed stored.
 */
export class GroupCommit {
  readonly #commit: (group: readonly UsageBatch[]) => Promise<CommitReport>
  readonly #onCommitted: (report: CommitReport) => void
  #waiting: Waiting[] = []
  #waitingRecords = 0
  #room = Promise.withResolvers<void>()
  #writing = false

  constructor(
    commit: (group: readonly UsageBatch[]) => Promise<CommitReport>,
    onCommitted: (report: CommitReport) => void,
  ) {
    this.#commit = commit
    this.#onCommitted = onCommitted
  }

  /**
   * Resolves when fewer records wait than a group takes. Rating no further ahead keeps the event loop free for the
   * writer.
   */
  async room(): Promise<void> {
    while (this.#waitingRecords >= GROUP_RECORDS_MAX) await this.#room.promise
  }

  add(batch: UsageBatch): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ batch, resolve, reject })
    this.#waitingRecords += sizeOf(batch)
    if (!this.#writing) void this.#writeAll()
    return promise
  }

  async #writeAll(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) await this.#writeGroup(this.#takeGroup())
    this.#writing = false
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
    try {
      const report = await this.#commit(group.map(({ batch }) => batch))
      this.#onCommitted(report)
      for (const { resolve } of group) resolve()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
}

function sizeOf({ rated, refused }: UsageBatch): number {
  return rated.length + refused.length
}
