import type { Config } from '../../config/config.ts'
import { startTracing } from '../../config/tracing.ts'
import type { CommitReport } from '../../jobs/commit-usage.ts'
import { startWeb, type WebDeps } from '../../web/start-web.ts'
import { startScheduler } from '../../workers/start-scheduler.ts'
import { type ProcessDeps, type RunningProcess, startWorker } from '../../workers/start-worker.ts'

/** Leaves time to stop the servers within the 5 seconds that a stop may take. */
const GRACE_MS = 2_000

/** The processes of the Procfile, all in this one. */
export interface Processes {
  /** Where the web server listens. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts web, worker and scheduler; each commit of the worker is reported. */
export async function startProcesses(
  deps: ProcessDeps & WebDeps,
  onCommitted: (report: CommitReport) => void,
): Promise<Processes> {
  const tracing = startTracing(deps.config.tracesEndpoint, 'ringledger')
  const web = await startWeb(deps).catch((error) => {
    throw explainPort(error, deps.config.port)
  })
  const behindWeb = { ...deps, config: { ...deps.config, publicUrl: publicUrlOf(deps.config, web.url) } }
  const running: RunningProcess[] = [web]
  const stop = async () => {
    await Promise.all(running.map((one) => one.stop(GRACE_MS)))
    await tracing.stop()
  }
  try {
    running.push(await startWorker(behindWeb, onCommitted), startScheduler(withoutMetrics(behindWeb)))
  } catch (error) {
    await stop()
    throw error
  }
  return { url: web.url, stop }
}

/** One process has one port for its metrics: the worker's, which measures more. */
function withoutMetrics(deps: ProcessDeps): ProcessDeps {
  return { ...deps, config: { ...deps.config, metricsPort: null } }
}

/** Without a PUBLIC_URL it names the port, and a free one is known once the server listens. */
function publicUrlOf({ publicUrl }: Config, webUrl: string): string {
  return new URL(publicUrl).port === '0' ? webUrl : publicUrl
}

function explainPort(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') {
    return new Error(
      `port ${port} is taken: stop what listens there, or start with another PORT (0 picks a free one)`,
    )
  }
  if (code === 'EACCES') {
    return new Error(`port ${port} needs more rights than this user has: start with a PORT above 1023`)
  }
  return error
}
