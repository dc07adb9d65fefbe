import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { type Db, readPoolUse } from '../db/connect.ts'

/**
 * What any process measures of itself, in the format of Prometheus: processor time, memory, event loop, garbage
 * collection, and its connections to the database.
 */
export function createProcessRegistry(db: Db): Registry {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const pool = new Gauge({
    name: 'ringledger_database_pool',
    help: 'Connections of this process to the database, busy and idle, and queries that wait for one',
    labelNames: ['state'],
    registers: [register],
    collect: () => {
      for (const [state, count] of Object.entries(readPoolUse(db))) pool.set({ state }, count)
    },
  })
  return register
}
