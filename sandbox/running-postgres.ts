import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isListening } from './local-ports.ts'
import { clusterFolder } from './postgres-cluster.ts'
import { readPrivateFile } from './private-file.ts'

const STARTING_SERVER_WAIT_MS = 1_000
const POLL_MS = 50

/** What a server writes into the `postmaster.pid` of its cluster. */
export interface LockFile {
  readonly pid: number
  readonly port: number
  /** It takes connections; not while it starts, recovers or stops. */
  readonly isReady: boolean
}

/** The server's own note about itself, which is there as long as it runs, and longer when it was killed. */
export async function readLockFile(dataDir: string): Promise<LockFile | undefined> {
  const text = await readPrivateFile(lockFile(dataDir))
  const [pid, , , port, , , , status] = text?.split('\n') ?? []
  if (!pid || !port) return undefined
  return { pid: Number(pid), port: Number(port), isReady: status?.trim() === 'ready' }
}

/**
 * The server that runs on a cluster, whoever started it. Where one was killed, its lock file stays behind, and its pid
 * may belong to another program by now, which Postgres would take for the server. So a lock whose process is gone, or
 * does not listen within a second, is removed.
 */
export async function findLockHolder(dataDir: string): Promise<LockFile | undefined> {
  const deadline = performance.now() + STARTING_SERVER_WAIT_MS
  for (;;) {
    const lock = await readLockFile(dataDir)
    if (!lock) return undefined
    if (isAlive(lock.pid) && (await isListening(lock.port))) return lock
    if (!isAlive(lock.pid) || performance.now() > deadline) break
    await sleep(POLL_MS)
  }
  await rm(lockFile(dataDir), { force: true })
  return undefined
}

function lockFile(dataDir: string): string {
  return join(clusterFolder(dataDir), 'postmaster.pid')
}

/** Whether there is a process with this id, of whatever user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
