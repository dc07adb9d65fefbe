import { createLog } from '../config/logger.ts'
import { startTracing } from '../config/tracing.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { startScheduler } from '../workers/start-scheduler.ts'
import { runCommand } from './command.ts'
import { requireReady } from './require-ready.ts'
import { runUntilStopped } from './run-until-stopped.ts'

const HELP = `Usage: npm run -s scheduler [-- --data DIR]

Hands over follow-up work that is owed, by what Postgres says, until it is told to stop. Any number may run.

SIGTERM or SIGINT stops it; a second signal ends it at once. Logs are JSON lines on standard output.

  --data DIR   the data of the one-machine default, without DATABASE_URL
  --help       this text

Exit codes: 0 stopped; 1 it could not start (database, queue, or a schema older than this build) or met an error that it
could not go on after; 2 wrong call or environment.
`

await runCommand({
  name: 'scheduler',
  help: HELP,
  options: {},
  args: [],
  run: ({ dataDir }) =>
    withRuntime({ process: 'scheduler', dataDir }, async (runtime) => {
      const log = createLog({ level: runtime.config.logLevel, process: 'scheduler' })
      await requireReady(runtime)
      const tracing = startTracing(runtime.config.tracesEndpoint, 'ringledger-scheduler')
      try {
        return await runUntilStopped(log, () => Promise.resolve(startScheduler({ ...runtime, log })))
      } finally {
        await tracing.stop()
      }
    }),
})

// Work that outlived the grace time must not keep the process up; the queue delivers it again.
process.exit()
