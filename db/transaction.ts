import {
  CompiledQuery,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type QueryResult,
  type RawBuilder,
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

/** What a transaction comes to, and the statements that are still to be sent, together with its COMMIT. */
export interface Concluded<T> {
  readonly result: T
  readonly writes: readonly RawBuilder<unknown>[]
}

/**
 * Runs `work` in one READ COMMITTED transaction with limits on statements, locks and idling, and resolves after the
 * COMMIT. A deadlock or serialization failure rolls back and runs `work` again, so it must have no effect outside the
 * database. The handle refuses queries once the transaction is over.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await concludeTransaction(db, async (tx) => ({ result: await work(tx), writes: [] }))
}

/** The same for `work` whose last statements need no answer: they and the COMMIT take one round trip. */
export async function concludeTransaction<T>(db: Db, work: (tx: Tx) => Promise<Concluded<T>>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(db, work)
    } catch (error) {
      if (attempt === TRIES_MAX || !isContention(error)) throw error
    }
  }
}

async function runOnce<T>(db: Db, work: (tx: Tx) => Promise<Concluded<T>>): Promise<T> {
  const guard = new EndedTransactionGuard()
  const unanswered: Promise<unknown>[] = []
  try {
    return await db.transaction().execute(async (tx: Tx) => {
      unanswered.push(...(await send(tx, [LIMITS])))
      const guarded = tx.withPlugin(guard) as Tx
      const { result, writes } = await work(guarded)
      unanswered.push(
        ...(await send(
          tx,
          writes.map((write) => write.compile(guarded)),
        )),
      )
      return result
    })
  } catch (error) {
    // Says more than the COMMIT that it spoiled.
    const failed = (await Promise.allSettled(unanswered)).find(({ status }) => status === 'rejected')
    throw failed?.status === 'rejected' ? failed.reason : error
  } finally {
    guard.ended = true
  }
}

/**
 * Sends statements at once, so that they take one round trip, and answers with the rows of each. After one that fails the
 * transaction can only end.
 */
export async function together<const Rows extends readonly unknown[]>(
  tx: Tx,
  statements: { [Index in keyof Rows]: RawBuilder<Rows[Index]> },
): Promise<{ [Index in keyof Rows]: Rows[Index][] }> {
  const sent = await send(
    tx,
    statements.map((statement) => statement.compile(tx)),
  )
  await Promise.allSettled(sent) // those after the first that fails fail because of it
  const results = await Promise.all(sent)
  return results.map(({ rows }) => rows) as { [Index in keyof Rows]: Rows[Index][] }
}

/** Resolves when the statements are on their way. */
async function send(tx: Tx, statements: readonly CompiledQuery[]): Promise<Promise<QueryResult<unknown>>[]> {
  return await tx.getExecutor().provideConnection((connection) => {
    const answers = statements.map((statement) => connection.executeQuery(statement))
    for (const answer of answers) answer.catch(() => undefined) // whoever awaits it sees it
    return Promise.resolve(answers)
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
