import { setTimeout as sleep } from 'node:timers/promises'
import { formatUsd } from '../../billing/money.ts'
import { readOverviews } from '../../db/account-overview.ts'
import type { Db } from '../../db/connect.ts'
import { DEMO_ACCOUNTS } from '../demo/accounts.ts'
import type { ChargeTotals } from './charge-totals.ts'
import type { Screen } from './screen.ts'
import { newlyCredited, newlyInNeed, type Status } from './status-lines.ts'

const INTERVAL_MS = 1_000

interface ProgressDeps {
  readonly db: Db
  readonly screen: Screen
  /** Changes while this looks on. */
  readonly totals: Readonly<ChargeTotals>
  /** Hears of every look. */
  readonly onLook: (status: Status) => void
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
    for (const { id, balance } of newlyCredited(status, before)) {
      deps.screen.say(`${id} got credit and has ${formatUsd(balance)} USD`)
    }
    deps.screen.show(status, before)
    deps.onLook(status)
    before = status
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined)
  }
}
