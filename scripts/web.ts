import { createLog } from '../config/logger.ts'
import { startTracing } from '../config/tracing.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { startWeb } from '../web/start-web.ts'
import { runCommand } from './command.ts'
import { runUntilStopped } from './run-until-stopped.ts'

const HELP = `Usage: npm run -s web [-- --data DIR]

Serves the HTTP API on HOST (default 127.0.0.1) and PORT (default 3000, 0 picks a free one) until it is told to stop. It
starts whatever the state of the database and the queue is: /readyz says what is in its way.

SIGTERM or SIGINT stops it: running requests have 20 seconds to end. A second signal ends it at once. Logs are JSON lines
on standard output; the one that says "web ready" has the address.

  --data DIR   the data of the one-machine default, without DATABASE_URL
  --help       this text

Exit codes: 0 stopped; 1 it could not start (the port is taken) or met an error that it could not go on after; 2 wrong
call or environment.
`

await runCommand({
  name: 'web',
  help: HELP,
  options: {},
  args: [],
  run: ({ dataDir }) =>
    withRuntime({ process: 'web', dataDir }, async (runtime) => {
      const log = createLog({ level: runtime.config.logLevel, process: 'web' })
      const tracing = startTracing(runtime.config.tracesEndpoint, 'ringledger-web')
      try {
        return await runUntilStopped(log, () => startWeb({ ...runtime, log }))
      } finally {
        await tracing.stop()
      }
    }),
})
