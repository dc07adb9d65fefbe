import { setTimeout as sleep } from 'node:timers/promises'
import { formatUsd } from '../../billing/money.ts'
import type { Clock, NewId } from '../../config/clock.ts'
import { readOverviews } from '../../db/account-overview.ts'
import type { Db } from '../../db/connect.ts'
import { DEMO_ACCOUNTS } from '../demo/accounts.ts'
import { DEMO_CREDIT, giveDemoCredit } from '../demo/demo-credit.ts'
import type { ChargeTotals } from './charge-totals.ts'
import type { Screen } from './screen.ts'
import { newlyInNeed, type Status } from './status-lines.ts'

const INTERVAL_MS = 1_000

interface ProgressDeps {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
  readonly screen: Screen
  /** Changes while this looks on. */
  readonly totals: Readonly<ChargeTotals>
  /** Keep accounts that run low in credit. */
  readonly givesCredit: boolean
}

/** Shows every second how the demo goes on, until the signal; rejects when the ledger cannot be read. */
export async function showProgress(deps: ProgressDeps, signal: AbortSignal): Promise<void> {
  const ids = DEMO_ACCOUNTS.map(({ id }) => id)
  const look = async (): Promise<Status> => ({
    totals: { ...deps.totals },
    accounts: await readOverviews(deps.db, ids),
  })
  let before = await look()
  while (!signal.aborted) {
    const status = await look()
    for (const id of newlyInNeed(status, before)) deps.screen.say(`${id} is below its recharge threshold`)
    deps.screen.show(status, before)
    if (deps.givesCredit) await keepGoing(deps, status)
    before = status
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined)
  }
}

async function keepGoing({ db, clock, newId, screen }: ProgressDeps, status: Status): Promise<void> {
  for (const id of await giveDemoCredit(db, status.accounts, { now: clock.now(), newId })) {
    screen.say(`${id} got ${formatUsd(DEMO_CREDIT)} USD of demo credit`)
  }
}
