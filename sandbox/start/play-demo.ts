import { systemClock as clock, systemNewId as newId } from '../../config/clock.ts'
import { createLog, type Log } from '../../config/logger.ts'
import { connect, type Db } from '../../db/connect.ts'
import type { DataFolder } from '../data-folder.ts'
import { loadDemo } from '../demo/load-demo.ts'
import { playTraffic } from '../demo/play-traffic.ts'
import { demoServiceKey } from '../demo/service-key.ts'
import type { LocalServers } from '../local-servers.ts'
import { writeState } from '../running-state.ts'
import { addReport, type ChargeTotals, noCharges } from './charge-totals.ts'
import type { StartOptions } from './options.ts'
import { startProcesses } from './processes.ts'
import { type Ready, readyLine, readyText } from './ready.ts'
import type { Screen } from './screen.ts'
import { showProgress } from './show-progress.ts'

interface Demo {
  readonly servers: LocalServers
  readonly folder: DataFolder
  readonly options: StartOptions
  readonly screen: Screen
}

/**
 * Loads the demo, runs worker, scheduler and web, says where, and plays traffic until `ending` resolves. Then ends what it
 * started, in order. Rejects when something does not start, or the ledger cannot be read any more.
 */
export async function playDemo(demo: Demo, ending: Promise<unknown>): Promise<void> {
  const { config } = demo.servers
  const log = createLog({ level: config.logLevel, process: 'start', to: { file: demo.folder.logFile } })
  const onError = (error: Error) => log.error({ err: error }, 'connection error')
  const db = connect({ url: config.databaseUrl, poolMax: 3, onError })
  try {
    await loadDemo(db, clock.now())
    const serviceKey = await demoServiceKey(db, demo.folder.serviceKeyFile)
    const totals = noCharges()
    const deps = { config, log, clock, newId }
    const processes = await startProcesses(deps, (report) => addReport(totals, report))
    try {
      await announce(demo, { url: processes.url, serviceKey })
      await play(demo, { db, log, totals }, ending)
    } finally {
      await processes.stop()
    }
  } finally {
    await db.destroy()
  }
}

async function announce(
  { servers, folder, options }: Demo,
  { url, serviceKey }: { url: string; serviceKey: string },
): Promise<void> {
  const ready: Ready = { config: servers.config, folder, url, serviceKey, migrated: servers.migrated }
  await writeState(folder, { ...servers.state, url })
  process.stdout.write(options.json ? `${readyLine(ready)}\n` : readyText(ready, options))
}

async function play(
  { servers, options, screen }: Demo,
  { db, log, totals }: { db: Db; log: Log; totals: ChargeTotals },
  ending: Promise<unknown>,
): Promise<void> {
  const looking = new AbortController()
  const traffic = options.traffic ? playTraffic({ config: servers.config, log, clock, newId }) : null
  const progress = showProgress(
    { db, clock, newId, screen, totals, givesCredit: options.traffic },
    looking.signal,
  )
  try {
    await Promise.race([ending, progress])
  } finally {
    looking.abort()
    await traffic?.stop()
    await progress
  }
}
