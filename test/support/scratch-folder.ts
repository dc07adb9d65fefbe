import { lstat, mkdtemp, readdir, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../../sandbox/running-postgres.ts'

const ROOM_BYTES_MIN = 2 * 1024 ** 3

/** A new folder that only this user may enter, removed when it goes out of scope (`await using`). */
export async function scratchFolder(name: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await makeScratchFolder(name)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Makes a folder that only this user may enter; a later run removes it if this one is killed. */
export async function makeScratchFolder(name: string): Promise<string> {
  return await mkdtemp(join(await scratchParent(), `ringledger-test-${name}-${process.pid}-`))
}

/** Removes what runs of this user left behind that were killed. */
export async function removeLeftScratchFolders(): Promise<void> {
  const parent = await scratchParent()
  for (const folder of await readdir(parent)) {
    const pid = folder.match(/^ringledger-test-.+-(\d+)-\w{6}$/)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    const path = join(parent, folder)
    const found = await lstat(path).catch(() => null) // null when another run removed it just now
    if (found?.uid === process.geteuid?.()) await rm(path, { recursive: true, force: true })
  }
}

/** In memory where there is room: on some file systems making a database takes longer than most tests. */
async function scratchParent(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => null)
  const hasRoom = memory !== null && memory.bavail * memory.bsize >= ROOM_BYTES_MIN
  return hasRoom ? '/dev/shm' : tmpdir()
}
