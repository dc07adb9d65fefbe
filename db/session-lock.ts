import { type ControlledTransaction, sql } from 'kysely'
import { connect } from './connect.ts'
import type { Database } from './schema.ts'

/** A lock that ends with the connection behind it, whatever ends that. */
export interface SessionLock {
  /** Resolves when the connection breaks, and the lock with it. */
  readonly lost: Promise<void>
  release(): Promise<void>
}

const TRY_LOCK = {
  shared: sql.raw('pg_try_advisory_xact_lock_shared'),
  exclusive: sql.raw('pg_try_advisory_xact_lock'),
} as const
const LOCK_KEY = 7_464_835_543

/**
 * Takes the one lock of this kind that a database has, shared by many or exclusively by one; null when others hold it
 * in a way that does not allow that. Never waits. Rejects when the database does not answer. Not for use through a
 * pooler.
 */
export async function trySessionLock(url: string, mode: keyof typeof TRY_LOCK): Promise<SessionLock | null> {
  const lost = Promise.withResolvers<void>()
  const db = connect({ url, poolMax: 1, onError: () => lost.resolve() })
  let tx: ControlledTransaction<Database> | null = null // keeps the connection, and the lock with it
  const release = async () => {
    // A connection that broke has released the lock already.
    await tx
      ?.rollback()
      .execute()
      .catch(() => undefined)
    await db.destroy()
  }
  try {
    tx = await db.startTransaction().execute()
    const { rows } = await sql<{ taken: boolean }>`select ${TRY_LOCK[mode]}(${LOCK_KEY}) as taken`.execute(tx)
    if (rows[0]?.taken) return { lost: lost.promise, release }
  } catch (error) {
    await release()
    throw error
  }
  await release()
  return null
}
