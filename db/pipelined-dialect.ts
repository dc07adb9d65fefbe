import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery, type DatabaseConnection, type Driver, PostgresDialect, PostgresDriver } from 'kysely'
import type { Pool } from 'pg'

/** How long a server may take to close its connections; one that is away would never do it. */
const CLOSE_TIMEOUT_MS = 500

/** Kysely's dialect for a pool in pipeline mode: BEGIN goes with the first statement of its transaction. */
export class PipelinedDialect extends PostgresDialect {
  readonly #pool: Pool

  constructor(pool: Pool) {
    super({ pool })
    this.#pool = pool
  }

  override createDriver(): Driver {
    return new PipelinedDriver(this.#pool)
  }
}

class PipelinedDriver extends PostgresDriver {
  readonly #pool: Pool
  readonly #begun = new WeakMap<DatabaseConnection, Promise<unknown>>()

  constructor(pool: Pool) {
    super({ pool })
    this.#pool = pool
  }

  /** Does not wait for the answer: what follows on the connection is answered after it, the COMMIT too. */
  override beginTransaction(connection: DatabaseConnection): Promise<void> {
    const begun = connection.executeQuery(CompiledQuery.raw('begin'))
    begun.catch(() => undefined) // thrown when it is committed
    this.#begun.set(connection, begun)
    return Promise.resolve()
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const committed = super.commitTransaction(connection)
    await Promise.all([this.#begun.get(connection), committed])
  }

  /** Waits for the connections to be closed, which pg's pool does not. */
  override async destroy(): Promise<void> {
    const closed = Promise.withResolvers<void>()
    let open = this.#pool.totalCount
    this.#pool.on('remove', () => {
      open -= 1
      if (open === 0) closed.resolve()
    })
    await super.destroy()
    if (open === 0) return
    const enough = new AbortController()
    const timeUp = sleep(CLOSE_TIMEOUT_MS, null, { signal: enough.signal })
    timeUp.catch(() => undefined) // rejects when it is not needed any more
    await Promise.race([closed.promise, timeUp])
    enough.abort()
  }
}
