import { sql } from 'kysely'
import type { Db } from './connect.ts'

/** What time the database says it is; for comparing clocks, never for deciding what is due. */
export async function readDatabaseClock(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  if (!rows[0]) throw new Error('the database did not say what time it is')
  return rows[0].now
}
