import { checkAndDrop } from './check-ledger.ts'
import { closedLoop, type LoopFigures } from './closed-loop.ts'
import { holdAsks } from './hold-asks.ts'
import {
  type HoldHttp,
  type HttpFigures,
  type HttpProcesses,
  openHoldHttp,
  startHttpProcesses,
} from './hold-http.ts'
import { expectAllFree, freeHolds, OPEN_CALLS_MAX, openHoldLedger } from './hold-ledger.ts'
import { type HoldOperation, openOperations } from './hold-operations.ts'
import { type ChargedUsage, startUsageLoad } from './hold-usage.ts'
import type { Ledger } from './ledgers.ts'
import { reportProgress } from './progress.ts'
import type { Rig } from './rig.ts'
import type { Spread } from './row-supply.ts'
import { ACCOUNTS } from './usage-rows.ts'
import type { Workload } from './workload.ts'

export interface HoldRound {
  readonly alone: HoldFigures
  /** While usage of the same accounts is charged. */
  readonly withUsage: HoldFigures & { readonly usage: ChargedUsage }
}

export interface HoldFigures {
  readonly loops: readonly HoldLoop[]
  readonly http: HttpFigures
}

export interface HoldLoop extends LoopFigures {
  readonly operation: HoldOperation['name']
  readonly spread: Spread
  readonly clients: number
}

/** So many the goals are set for. */
export const GOAL_CLIENTS = 50
const CLIENTS = [1, 10, GOAL_CLIENTS]
/** All of them may be those of one account, which has some already. */
const HOLDS_MAX = OPEN_CALLS_MAX - 1_000
const SPREADS: readonly Spread[] = ['all accounts', 'one account']

/**
 * Asks for holds by clients that ask again at once, in this process and over HTTP from another, against the plainest things that one
 * could ask instead: the balance of Postgres, a value of Redis, nothing of the same HTTP server. All of it again while
 * so many usage records a second are charged.
 */
export async function measureHolds(
  rig: Rig,
  { rounds, holds }: Pick<Workload, 'rounds' | 'holds'>,
  usagePerSecond: number,
): Promise<HoldRound[]> {
  const measured: HoldRound[] = []
  const processes = startHttpProcesses()
  for (let round = 1; round <= rounds; round++) {
    reportProgress(`round ${round} of ${rounds}: holds`)
    measured.push(await runRound({ rig, processes, usagePerSecond }, holds))
  }
  processes.end()
  return measured
}

async function runRound(
  { rig, processes, usagePerSecond }: { rig: Rig; processes: HttpProcesses; usagePerSecond: number },
  times: Workload['holds'],
): Promise<HoldRound> {
  const opened = await openHoldLedger(rig)
  const { ledger } = opened
  const operations = await openOperations(ledger, rig.servers)
  const http = await openHoldHttp(processes, opened)
  const measured = { ledger, operations, http }
  await rig.aftercare.settled()
  await warmUp(measured, times)

  const alone = await measureOnce(measured, CLIENTS, times)
  const load = await startUsageLoad(rig, ledger, usagePerSecond)
  const loaded = await measureOnce(measured, [GOAL_CLIENTS], times)
  const usage = await load.stop()

  await http.close()
  await Promise.all(operations.map((operation) => operation.close()))
  await expectAllFree(ledger)
  checkAndDrop(rig, ledger, { scenario: 'holds', charged: usage.records })
  return { alone, withUsage: { ...loaded, usage } }
}

interface Measured {
  readonly ledger: Ledger
  readonly operations: readonly HoldOperation[]
  readonly http: HoldHttp
}

async function measureOnce(
  measured: Measured,
  clientCounts: readonly number[],
  { loopMs, httpMs }: Workload['holds'],
): Promise<HoldFigures> {
  const loops: HoldLoop[] = []
  for (const spread of SPREADS) {
    for (const clients of clientCounts) loops.push(...(await runLoops(measured, { spread, clients }, loopMs)))
  }
  return { loops, http: await measured.http.measure(httpMs) }
}

/** Every operation in its turn; the holds are freed when they are counted. */
async function runLoops(
  { ledger, operations }: Measured,
  { spread, clients }: Pick<HoldLoop, 'spread' | 'clients'>,
  ms: number,
): Promise<HoldLoop[]> {
  const nextAsk = holdAsks(spread === 'all accounts' ? ACCOUNTS : 1)
  const loops: HoldLoop[] = []
  for (const { name, run } of operations) {
    const asksMax = name === 'hold' ? HOLDS_MAX : Infinity
    const figures = await closedLoop({ clients, ms, asksMax }, () => run(nextAsk()))
    loops.push({ operation: name, spread, clients, ...figures })
  }
  await freeHolds(ledger)
  return loops
}

/** New connections and code that has not run yet count for nobody. */
async function warmUp({ operations, http }: Measured, { loopMs, httpMs }: Workload['holds']): Promise<void> {
  const nextAsk = holdAsks(ACCOUNTS)
  for (const { run } of operations) {
    await closedLoop({ clients: GOAL_CLIENTS, ms: loopMs / 2 }, () => run(nextAsk()))
  }
  await http.measure(httpMs / 2)
}
