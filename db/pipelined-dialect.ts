import { CompiledQuery, type DatabaseConnection, type Driver, PostgresDialect, PostgresDriver } from 'kysely'
import type { Pool } from 'pg'
import { endPool } from './end-pool.ts'

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

  override async destroy(): Promise<void> {
    await endPool(this.#pool, () => super.destroy())
  }
}
