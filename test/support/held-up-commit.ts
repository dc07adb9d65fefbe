import { sql } from 'kysely'
import { expect } from 'vitest'
import { inTransaction } from '../../db/transaction.ts'
import { interceptStatements } from './intercept-statements.ts'
import { countSessions } from './pg-sessions.ts'
import type { Setup } from './setup.ts'

const GATE = 4_711

/** A transaction that has done everything but commit. */
export interface HeldUpCommit<T> {
  /** Lets it commit. */
  letGo(): void
  readonly done: Promise<T>
}

/** Starts work, and resolves when it stands before its COMMIT; everything else in this process commits as ever. */
export async function holdUpCommit<T>(
  { database, db }: Pick<Setup, 'database' | 'db'>,
  work: () => Promise<T>,
): Promise<HeldUpCommit<T>> {
  const closed = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const gate = inTransaction(db, async (tx) => {
    await sql`select pg_advisory_xact_lock(${GATE})`.execute(tx)
    closed.resolve()
    await opened.promise
  })
  await closed.promise
  let isTheNext = true
  const intercepting = interceptStatements((text) => {
    if (text !== 'commit' || !isTheNext) return text
    isTheNext = false
    return `select pg_advisory_xact_lock(${GATE}); commit`
  })
  const done = work()
  await waitingSessions(database.url, 1)
  intercepting[Symbol.dispose]()
  return { letGo: opened.resolve, done: Promise.all([done, gate]).then(([result]) => result) }
}

/** Resolves when so many sessions of the database wait for locks. */
export async function waitingSessions(url: string, count: number): Promise<void> {
  await expect.poll(() => countSessions(url, "wait_event_type = 'Lock'"), { timeout: 10_000 }).toBe(count)
}
