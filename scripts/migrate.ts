import { loadConfig } from '../config/config.ts'
import { environment, isProduction } from '../config/environment.ts'
import { connect } from '../db/connect.ts'
import { migrate } from '../db/migrate.ts'
import { grantQueueSchema } from '../db/roles.ts'
import { migrateQueues, type QueueSettings } from '../jobs/queues.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, runCommand } from './command.ts'

const HELP = `Usage: npm run -s migrate [-- --data DIR]

Brings the database up to this build: its schema, the role of the workers with its rights, and, where there is no
REDIS_URL and this is no production, the tables of the queues. Run twice it changes nothing; several may start at once.

Reads MIGRATE_DATABASE_URL, a login that may change the schema and make roles, else DATABASE_URL. Without either it works
on the one-machine default.

  --data DIR   the data of the one-machine default
  --help       this text

Exit codes: 0 done; 1 the database could not be migrated, and is as it was; 2 wrong call.
`

await runCommand({
  name: 'migrate',
  help: HELP,
  options: {},
  args: [],
  run: async ({ dataDir }) => {
    const settings = givenSettings()
    if (settings) await migrateAll(settings)
    else await withRuntime({ process: 'migrate', dataDir }, ({ config }) => migrateAll(config))
    return EXIT.done
  },
})

type MigrateSettings = QueueSettings & { readonly migrateDatabaseUrl: string }

/** Null without a database in the environment. A release step may know the database alone, and not the workers' login. */
function givenSettings(): MigrateSettings | null {
  const url = environment['MIGRATE_DATABASE_URL'] || environment['DATABASE_URL']
  if (!url) return null
  const migrateSettings = { MIGRATE_DATABASE_URL: url, DATABASE_URL: environment['DATABASE_URL'] || url }
  return loadConfig({ ...environment, ...migrateSettings, NODE_ENV: undefined })
}

async function migrateAll(settings: MigrateSettings): Promise<void> {
  const { applied, workerRole } = await migrate(settings.migrateDatabaseUrl)
  console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the schema is up to date')
  if (settings.redisUrl === null && !isProduction()) await migrateQueueTables(settings, workerRole)
  for (const line of aboutWorkerRole(workerRole)) console.log(line)
}

async function migrateQueueTables(settings: MigrateSettings, workerRole: string | null): Promise<void> {
  await migrateQueues(settings)
  console.log(`the queues are in the schema ${settings.queuePrefix} of this database (no REDIS_URL)`)
  if (workerRole === null) return
  const onError = (error: Error) => console.error(`connection error: ${error.message}`)
  const db = connect({ url: settings.migrateDatabaseUrl, poolMax: 1, onError })
  try {
    await grantQueueSchema(db, { schema: settings.queuePrefix, role: workerRole })
  } finally {
    await db.destroy()
  }
}

function aboutWorkerRole(role: string | null): string[] {
  if (role === null) {
    return [
      'worker role: none, for this login may not make roles: entries are protected by their triggers alone',
      'to have one, set MIGRATE_DATABASE_URL to a login with CREATEROLE and run this again',
    ]
  }
  return [
    `worker role: ${role}`,
    `to let a login work with it alone: create role NAME login password '...' in role ${role}; then set DATABASE_URL to it`,
  ]
}
