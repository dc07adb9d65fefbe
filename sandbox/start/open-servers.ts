import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DataFolder } from '../data-folder.ts'
import { type LocalServers, startLocalServers } from '../local-servers.ts'
import { findRunningPostgres } from '../postgres-server.ts'
import { type RunningState, readState } from '../running-state.ts'
import type { StopRequest } from './stop-request.ts'

const POLL_MS = 100
/** Longer than any start or stop of the servers takes. */
const UNKNOWN_HOLDER_WAIT_MS = 60_000

/**
 * Starts the servers for `npm start`, after a command that works on the same data has finished. Null when the wait is
 * ended by a request to stop. Throws when another `npm start` runs there, or `fresh` would delete what is in use.
 */
export async function openServers(
  folder: DataFolder,
  { fresh, stop }: { fresh: boolean; stop: StopRequest },
): Promise<LocalServers | null> {
  let isErased = !fresh
  for (;;) {
    await untilFree(folder, { fresh, stop })
    if (stop.isMade()) return null
    if (!isErased) await erase(folder)
    isErased = true
    const servers = await startLocalServers(folder, 'start')
    if (servers) return servers
  }
}

async function untilFree(
  folder: DataFolder,
  { fresh, stop }: { fresh: boolean; stop: StopRequest },
): Promise<void> {
  const deadlineMs = performance.now() + UNKNOWN_HOLDER_WAIT_MS
  let saidPid: number | null = null
  while (!stop.isMade() && (await findRunningPostgres(folder.postgres))) {
    const holder = await readState(folder)
    refuseHolder(holder, { folder, fresh })
    if (holder && holder.pid !== saidPid) {
      console.error(`waiting for ${nameOf(holder)}, which works on ${folder.path}`)
      saidPid = holder.pid
    }
    if (!holder && performance.now() > deadlineMs) throw new Error(heldByUnknown(folder))
    await sleep(POLL_MS)
  }
}

function refuseHolder(
  holder: RunningState | null,
  { folder, fresh }: { folder: DataFolder; fresh: boolean },
): void {
  if (holder?.process === 'start') {
    const where = holder.url ?? 'an address that it will print'
    throw new Error(
      `already running on ${folder.path} (process ${holder.pid}), at ${where}: use that one, stop it with Ctrl-C, ` +
        'or start with another --data DIR and another PORT',
    )
  }
  if (holder && fresh) {
    throw new Error(`--fresh would delete what ${nameOf(holder)} works on: let it finish, then start again`)
  }
}

/** Only what Ringledger made: the folder may hold files of others. */
async function erase(folder: DataFolder): Promise<void> {
  const { path: _folderItself, ...parts } = folder
  await Promise.all(Object.values(parts).map((part) => rm(part, { recursive: true, force: true })))
}

function nameOf(holder: RunningState): string {
  return `${holder.process} (process ${holder.pid})`
}

function heldByUnknown(folder: DataFolder): string {
  return `a Postgres server runs on ${folder.postgres}, but nothing says who started it: stop it, then start again`
}
