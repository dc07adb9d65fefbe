import type { Goal } from './goal.ts'
import { GOAL_CLIENTS, type HoldFigures, type HoldLoop, type HoldRound } from './holds.ts'
import type { Spread } from './row-supply.ts'
import { median } from './statistics.ts'

const AGAINST_SELECT: readonly { spread: Spread; goal: number }[] = [
  { spread: 'all accounts', goal: 0.3 },
  { spread: 'one account', goal: 0.2 },
]
const HTTP_AGAINST_EMPTY = 4

/** The same goals whether usage is charged meanwhile or not. Ratios are taken within each round. */
export function holdGoals(rounds: readonly HoldRound[]): Goal[] {
  const alone = rounds.map((round) => round.alone)
  const withUsage = rounds.map((round) => round.withUsage)
  return [...goalsOf(alone, ''), ...goalsOf(withUsage, ', while usage is charged')]
}

function goalsOf(rounds: readonly HoldFigures[], circumstance: string): Goal[] {
  const rates = AGAINST_SELECT.map(({ spread, goal }): Goal => {
    const rateOf = ({ loops }: HoldFigures, operation: HoldLoop['operation']) =>
      loopOf(loops, { operation, spread, clients: GOAL_CLIENTS }).perSecond
    return {
      figure: `holds against SELECTs, ${spread}${circumstance}`,
      relation: '≥',
      goal,
      unit: '×',
      measured: median(rounds.map((round) => rateOf(round, 'hold') / rateOf(round, 'select'))),
    }
  })
  const overHttp: Goal = {
    figure: `p99 of a hold over HTTP against an empty handler${circumstance}`,
    relation: '≤',
    goal: HTTP_AGAINST_EMPTY,
    unit: '×',
    measured: median(rounds.map(({ http }) => http.hold.p99Ms / http.empty.p99Ms)),
  }
  return [...rates, overHttp]
}

/** Throws when there was no such loop. */
export function loopOf(
  loops: readonly HoldLoop[],
  { operation, spread, clients }: Pick<HoldLoop, 'operation' | 'spread' | 'clients'>,
): HoldLoop {
  const found = loops.find(
    (loop) => loop.operation === operation && loop.spread === spread && loop.clients === clients,
  )
  if (!found) throw new Error(`${operation} was not measured with ${clients} clients on ${spread}`)
  return found
}
