import {
  CompiledQuery,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type RootOperationNode,
  type Transaction,
} from 'kysely'
import type { Db } from './connect.ts'
import type { Database } from './schema.ts'

/** A handle for functions that must be part of a transaction. */
export type Tx = Transaction<Database>

const STATEMENT_TIMEOUT_MS = 30_000
const LOCK_TIMEOUT_MS = 15_000
const IDLE_TIMEOUT_MS = 15_000
const TRIES_MAX = 5

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'

// Local to the transaction: session settings do not survive a transaction pooler.
const LIMITS = CompiledQuery.raw(
  `set local statement_timeout = ${STATEMENT_TIMEOUT_MS}; set local lock_timeout = ${LOCK_TIMEOUT_MS};
   set local idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS}`,
)

/**
 * Runs `work` in one READ COMMITTED transaction with limits on statements, locks and idling, and resolves after the
 * COMMIT. A deadlock or serialization failure rolls back and runs `work` again, so it must have no effect outside the
 * database. The handle refuses queries once the transaction is over.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(db, work)
    } catch (error) {
      if (attempt === TRIES_MAX || !isContention(error)) throw error
    }
  }
}

async function runOnce<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const guard = new EndedTransactionGuard()
  try {
    return await db.transaction().execute(async (tx) => {
      const limited = await send(tx, LIMITS)
      const result = await work(tx.withPlugin(guard) as Tx)
      await limited.answer
      return result
    })
  } finally {
    guard.ended = true
  }
}

/** Resolves when the statement is on its way. */
async function send(tx: Tx, statement: CompiledQuery): Promise<{ readonly answer: Promise<unknown> }> {
  return await tx.getExecutor().provideConnection((connection) => {
    const answer = connection.executeQuery(statement)
    answer.catch(() => undefined) // whoever awaits it sees it
    return Promise.resolve({ answer })
  })
}

function isContention(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === SERIALIZATION_FAILURE || code === DEADLOCK
}

/** The connection goes back to the pool: a late query would land in somebody else's transaction. */
class EndedTransactionGuard implements KyselyPlugin {
  ended = false

  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    if (this.ended) throw new Error('query on a transaction that is over')
    return args.node
  }

  transformResult: KyselyPlugin['transformResult'] = (args) => Promise.resolve(args.result)
}
