import { addMicros, type Micros } from '../../billing/money.ts'
import type { CommitReport } from '../../jobs/commit-usage.ts'
import { addReport, type ChargeTotals, noCharges } from '../start/charge-totals.ts'
import { changeSettings, type SettingChanges } from './change-settings.ts'
import { type DayFigures, readDayFigures } from './day-figures.ts'
import { openWorld, type World } from './open-world.ts'
import { createUsagePlayer, type UsagePlayer } from './play-usage.ts'
import { seededRandom } from './seeded-random.ts'
import { type Check, checkWorld } from './verdict.ts'

export interface SimulationOptions {
  /** A migrated database that is empty. */
  readonly databaseUrl: string
  readonly days: number
  /** The first day, at midnight UTC. */
  readonly from: Date
  readonly seed: number
  readonly settings: SettingChanges
  /** Ends it between two days: its reason is thrown. */
  readonly signal?: AbortSignal
}

/** A simulated day of UTC. */
export interface Day extends DayFigures {
  readonly date: string
  /** Usage records that were stored. */
  readonly records: number
  /** Usage and renewals. */
  readonly spent: Micros
}

export interface Simulation {
  readonly days: readonly Day[]
  readonly checks: readonly Check[]
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** When the nightly runs of the day before are due. */
const NIGHT_MS = 15 * MINUTE_MS
/** Balances are looked at so often; the last time is a minute before midnight. */
const LOOK_EVERY_MS = 6 * HOUR_MS

/**
 * Runs the demo's accounts through so many days: usage, recharges, declines, renewals, mails and nightly runs, done by the
 * product's own jobs at the time they are due by a clock that jumps. The same options end in the same days. `onDay` hears
 * of each day when it is over.
 */
export async function simulate(options: SimulationOptions, onDay: (day: Day) => void): Promise<Simulation> {
  const world = await openWorld(options)
  try {
    await changeSettings(world, options.settings)
    const usage = createUsagePlayer(world, seededRandom(options.seed))
    const days: Day[] = []
    for (let index = 0; index < options.days; index++) {
      options.signal?.throwIfAborted()
      const from = new Date(options.from.getTime() + index * DAY_MS)
      const day = await simulateDay(world, usage, { from, isFirst: index === 0 })
      days.push(day)
      onDay(day)
    }
    world.clock.set(new Date(options.from.getTime() + options.days * DAY_MS + NIGHT_MS))
    await world.workers.workNight()
    return { days, checks: await checkWorld(world) }
  } finally {
    await world.close()
  }
}

async function simulateDay(
  { db, clock, workers }: World,
  usage: UsagePlayer,
  { from, isFirst }: { from: Date; isFirst: boolean },
): Promise<Day> {
  const charges: ChargeTotals = noCharges()
  const atMs = (ms: number) => new Date(from.getTime() + ms)
  const count = (report: CommitReport) => addReport(charges, report)
  clock.set(atMs(NIGHT_MS))
  if (isFirst) count(await usage.buyOwnNumbers())
  await workers.workNight()
  for (let ms = LOOK_EVERY_MS; ms <= DAY_MS; ms += LOOK_EVERY_MS) {
    clock.set(atMs(Math.min(ms, DAY_MS - MINUTE_MS)))
    count(await usage.play(atMs(ms - LOOK_EVERY_MS)))
    await workers.workDue()
  }
  const figures = await readDayFigures(db, { from, to: atMs(DAY_MS) })
  return {
    date: from.toISOString().slice(0, 10),
    records: charges.records,
    spent: addMicros(charges.amount, figures.renewalsAmount),
    ...figures,
  }
}
