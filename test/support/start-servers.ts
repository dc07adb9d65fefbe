/** Starts both servers in the folder named, prints `{ postgres: port, redis: port }` and waits to be killed. */
import { join } from 'node:path'
import { startPostgres } from '../../sandbox/postgres-server.ts'
import { startRedis } from '../../sandbox/redis-server.ts'

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('name the folder of the data')
const postgres = await startPostgres({ dataDir: join(folder, 'postgres') })
const redis = await startRedis({ dataDir: join(folder, 'redis') })
console.log(JSON.stringify({ postgresPort: postgres.port, redisPort: redis?.port ?? null }))
