import { createLog } from '../config/logger.ts'
import { startTracing } from '../config/tracing.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { startWorker } from '../workers/start-worker.ts'
import { runCommand } from './command.ts'
import { requireReady } from './require-ready.ts'
import { runUntilStopped } from './run-until-stopped.ts'

const HELP = `Usage: npm run -s worker [-- --data DIR]

Works the jobs of every queue until it is told to stop. WORKER_SHARDS narrows the usage shards it works on: each shard is
charged fastest by one worker alone.

SIGTERM or SIGINT stops it: running jobs have 20 seconds to end, what is cut off then is delivered again. A second signal
ends it at once. Logs are JSON lines on standard output.

  --data DIR   the data of the one-machine default, without DATABASE_URL
  --help       this text

Exit codes: 0 stopped; 1 it could not start (database, queue, or a schema older than this build) or met an error that it
could not go on after; 2 wrong call or environment.
`

await runCommand({
  name: 'worker',
  help: HELP,
  options: {},
  args: [],
  run: ({ dataDir }) =>
    withRuntime({ process: 'worker', dataDir }, async (runtime) => {
      const log = createLog({ level: runtime.config.logLevel, process: 'worker' })
      await requireReady(runtime)
      const tracing = startTracing(runtime.config.tracesEndpoint, 'ringledger-worker')
      try {
        return await runUntilStopped(log, () => startWorker({ ...runtime, log }))
      } finally {
        await tracing.stop()
      }
    }),
})

// Work that outlived the grace time must not keep the process up; the queue delivers it again.
process.exit()
