import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../config/clock.ts'
import { buildPage } from '../build-page.ts'
import { type DataFolder, dataFolder } from '../data-folder.ts'
import type { LocalServers } from '../local-servers.ts'
import { openServers } from './open-servers.ts'
import type { StartOptions } from './options.ts'
import { playDemo } from './play-demo.ts'
import { createScreen, NO_SCREEN } from './screen.ts'
import { listenForStop, type StopRequest } from './stop-request.ts'

/** A stop may take 5 seconds. */
const STOP_TIME_MS = 4_700

/**
 * Runs the one-machine default until somebody stops it: true. False when one of its servers ended by itself. Rejects
 * when it cannot start.
 */
export async function run(options: StartOptions): Promise<boolean> {
  const folder = dataFolder(options.dataDir)
  const endAtOnce = (reason: string) => {
    console.error(`${reason}: ending at once; nothing that was committed is lost`)
    rmSync(folder.stateFile, { force: true })
    process.exit(1) // the servers end with this process
  }
  const stop = listenForStop(() => endAtOnce('asked to stop a second time'))
  process.on('uncaughtException', (error) => {
    console.error(error)
    endAtOnce('an error that nobody expected')
  })
  const screen = options.json ? NO_SCREEN : createScreen(process.stdout, () => systemClock.now())
  if (!options.json) console.log(`starting the servers on ${folder.path}`)
  await providePage()

  const servers = await openServers(folder, { fresh: options.fresh, stop })
  if (!servers) return true
  const end = firstEnd(folder, servers, stop)
  void end.then((trouble) => {
    console.error(trouble ?? 'stopping')
    setTimeout(() => endAtOnce('could not stop in time'), STOP_TIME_MS).unref()
  })
  try {
    if (!stop.isMade()) await playDemo({ servers, folder, options, screen }, end)
  } finally {
    await servers.stop()
  }
  return (await end) === null
}

/** Without the page everything else works. */
async function providePage(): Promise<void> {
  try {
    await buildPage((event) => console.error(event))
  } catch (error) {
    console.error('the billing page cannot be built, and is not served:', error)
  }
}

/** What ends the run: null when somebody wants it, else what went wrong. */
async function firstEnd(
  folder: DataFolder,
  servers: LocalServers,
  stop: StopRequest,
): Promise<string | null> {
  const logOf = (name: string) => join(folder.path, name.toLowerCase(), 'server.log')
  return await Promise.race([
    stop.made.then(() => null),
    servers.ended.then((name) => `${name} ended unexpectedly: see ${logOf(name)}`),
  ])
}
