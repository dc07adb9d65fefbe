import { connect } from '../../db/connect.ts'
import { HoldDesk } from '../../jobs/hold-desk.ts'
import type { Holds } from './holds.ts'
import { interceptStatements } from './intercept-statements.ts'

/**
 * Does work that dies before its n-th statement, the first being 1. From there on nothing of it reaches Postgres, which sees
 * its connection end. Returns how many statements it came to; that is all of them when it has fewer than n.
 */
export async function dieAt(
  { database, deps }: Pick<Holds, 'database' | 'deps'>,
  statement: number,
  work: (dying: { desk: HoldDesk; deps: Holds['deps'] }) => Promise<unknown>,
): Promise<number> {
  const db = connect({ url: database.url, poolMax: 1, onError: () => undefined }) // it is cut off on purpose
  const dying = { ...deps, db }
  let statements = 0
  try {
    using _ = interceptStatements((text) => {
      if (statements < statement) statements += 1
      if (statements === statement) throw new Error('died')
      return text
    })
    await work({ deps: dying, desk: new HoldDesk({ ...dying, onCrossed: () => undefined }) })
  } catch (error) {
    if (statements < statement) throw error
  }
  await db.destroy()
  return statements
}
