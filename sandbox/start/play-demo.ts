import { ZERO_MICROS } from '../../billing/money.ts'
import { createStripeClient } from '../../clients/stripe.ts'
import { systemClock as clock, systemNewId as newId } from '../../config/clock.ts'
import { createLog, type Log } from '../../config/logger.ts'
import { connect, type Db } from '../../db/connect.ts'
import type { DataFolder } from '../data-folder.ts'
import { DEMO_ACCOUNTS } from '../demo/accounts.ts'
import { loadDemoCards } from '../demo/load-cards.ts'
import { loadDemo } from '../demo/load-demo.ts'
import { type DemoOperator, demoOperator } from '../demo/operator.ts'
import { playTraffic } from '../demo/play-traffic.ts'
import { demoServiceKey } from '../demo/service-key.ts'
import type { LocalServers } from '../local-servers.ts'
import { writeState } from '../running-state.ts'
import { demoCrm } from '../start-page/demo-crm.ts'
import { startPageRoutes } from '../start-page/routes.ts'
import { addReport, type ChargeTotals, noCharges } from './charge-totals.ts'
import type { StartOptions } from './options.ts'
import { startProcesses } from './processes.ts'
import { type Ready, readyLine, readyText } from './ready.ts'
import type { Screen } from './screen.ts'
import { showProgress } from './show-progress.ts'
import type { Status } from './status-lines.ts'

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
    if (demo.servers.outside.fakeStripe) {
      const { stripe } = demo.servers.outside
      await loadDemoCards({ db, log, clock, newId, stripe: createStripeClient(stripe), browser: stripe })
    }
    const serviceKey = await demoServiceKey(db, demo.folder.serviceKeyFile)
    const operator = await demoOperator(db, demo.folder.operatorPasswordFile)
    const totals = noCharges()
    const crm = await demoCrm(demo.folder.pageTokenKeyFile)
    const page = { ...config.page, tokenKeys: [...config.page.tokenKeys, crm.tokenKey] }
    const deps = {
      config: { ...config, page },
      log,
      clock,
      newId,
      moreRoutes: startPageRoutes(crm, linksOf(demo)),
    }
    const processes = await startProcesses(deps, (report) => addReport(totals, report))
    try {
      demo.servers.outside.tell(processes.url)
      await announce(demo, { url: processes.url, serviceKey, operator })
      await play(demo, { db, log, totals }, ending)
    } finally {
      await processes.stop()
    }
  } finally {
    await db.destroy()
  }
}

/** The stand-ins for Stripe and SendGrid, where they are used. */
function linksOf({ servers: { outside } }: Demo): Readonly<Record<string, string>> {
  return {
    ...(outside.fakeStripe ? { payments: outside.fakeStripe.url } : {}),
    ...(outside.fakeSendGrid ? { mails: outside.fakeSendGrid.url } : {}),
  }
}

async function announce(
  { servers, folder, options }: Demo,
  { url, serviceKey, operator }: { url: string; serviceKey: string; operator: DemoOperator },
): Promise<void> {
  const { config, migrated, outside } = servers
  const fakes = {
    fakeStripeUrl: outside.fakeStripe?.url ?? null,
    fakeMailUrl: outside.fakeSendGrid?.url ?? null,
  }
  const ready: Ready = { config, folder, url, serviceKey, operator, migrated, ...fakes }
  await writeState(folder, { ...servers.state, url })
  process.stdout.write(options.json ? `${readyLine(ready)}\n` : readyText(ready, options))
}

async function play(
  { servers, options, screen }: Demo,
  { db, log, totals }: { db: Db; log: Log; totals: ChargeTotals },
  ending: Promise<unknown>,
): Promise<void> {
  const looking = new AbortController()
  const served = new Set(DEMO_ACCOUNTS.map(({ id }) => id))
  const deps = { config: servers.config, log, clock, newId, isServed: (id: string) => served.has(id) }
  const traffic = options.traffic ? playTraffic(deps) : null
  const onLook = ({ accounts }: Status) => {
    for (const { id, balance } of accounts) {
      if (balance > ZERO_MICROS) served.add(id)
      else served.delete(id)
    }
  }
  const progress = showProgress({ db, screen, totals, onLook }, looking.signal)
  try {
    await Promise.race([ending, progress])
  } finally {
    looking.abort()
    await traffic?.stop()
    await progress
  }
}
