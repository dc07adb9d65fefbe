import { spawnSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { findFreePort, isListening } from '../../sandbox/local-ports.ts'
import { startServerProcess } from '../../sandbox/server-process.ts'
import { findUnprivilegedRunner, runUnder } from '../../sandbox/unprivileged-runner.ts'
import { makeScratchFolder } from './scratch-folder.ts'

/** Fewer than the connections of one worker, so that transactions of one client go over several sessions. */
const SESSIONS_MAX = 3

/**
 * Starts a PgBouncer in transaction mode before the server of a URL. Resolves with the same URL by way of it; whoever
 * connects is the user of the URL.
 */
export async function startPgBouncer(url: string): Promise<string> {
  const folder = await makeScratchFolder('pgbouncer')
  const port = await findFreePort()
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(file, configuration(new URL(url), port))
  const server = await startServerProcess({
    name: 'PgBouncer',
    command: runUnder(findUnprivilegedRunner(), [pathOf('pgbouncer'), file]),
    logFile: join(folder, 'server.log'),
    isReady: () => isListening(port),
    startTimeoutMs: 10_000,
    stopSignals: [{ signal: 'SIGINT', waitMs: 2_000 }],
    orphanSignal: 'SIGTERM',
  })
  onTestFinished(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })
  return Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href
}

function configuration({ hostname, port, username, password }: URL, listenPort: number): string {
  return `[databases]
* = host=${hostname} port=${port} user=${decodeURIComponent(username)} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${SESSIONS_MAX}
max_client_conn = 200
`
}

/** A server is started with an empty environment, without a PATH. */
function pathOf(program: string): string {
  return spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim()
}
