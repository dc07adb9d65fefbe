import { formatFigure } from './format-figure.ts'
import { loopOf } from './hold-goals.ts'
import type { HoldFigures, HoldLoop, HoldRound } from './holds.ts'
import type { Latency } from './latency.ts'
import { median } from './statistics.ts'
import { textTable } from './text-table.ts'

/** The holds for people: alone, then while usage is charged. */
export function holdTables(rounds: readonly HoldRound[]): string {
  const usage = median(rounds.map(({ withUsage }) => withUsage.usage.recordsPerSecond))
  const alone = rounds.map((round) => round.alone)
  const withUsage = rounds.map((round) => round.withUsage)
  return [
    figuresTable('asks', alone),
    figuresTable(`asks while ${formatFigure(usage)} records/s are charged`, withUsage),
  ].join('\n\n')
}

function figuresTable(title: string, rounds: readonly HoldFigures[]): string {
  const loops = (rounds[0]?.loops ?? []).map((loop) => loopRow(loop, rounds))
  return textTable([[title, 'per second', 'p50 ms', 'p99 ms', '× select'], ...loops, ...httpRows(rounds)])
}

function loopRow(loop: HoldLoop, rounds: readonly HoldFigures[]): string[] {
  const { operation, spread, clients } = loop
  const mid = (figure: (of: HoldLoop) => number) =>
    median(rounds.map(({ loops }) => figure(loopOf(loops, loop))))
  const toSelect = median(
    rounds.map(
      ({ loops }) =>
        loopOf(loops, loop).perSecond / loopOf(loops, { ...loop, operation: 'select' }).perSecond,
    ),
  )
  return [
    `${operation}, ${spread}, ${clients} ${clients === 1 ? 'client' : 'clients'}`,
    formatFigure(mid(({ perSecond }) => perSecond)),
    formatFigure(mid(({ p50Ms }) => p50Ms)),
    formatFigure(mid(({ p99Ms }) => p99Ms)),
    formatFigure(toSelect),
  ]
}

function httpRows(rounds: readonly HoldFigures[]): string[][] {
  const mid = (figure: (of: HoldFigures['http']) => number) =>
    formatFigure(median(rounds.map(({ http }) => figure(http))))
  const paced = (name: string, of: (http: HoldFigures['http']) => Latency) => [
    name,
    mid(({ pacePerSecond }) => pacePerSecond),
    mid((http) => of(http).p50Ms),
    mid((http) => of(http).p99Ms),
  ]
  return [
    ['hold over HTTP, all accounts, as many as 50 clients get', mid(({ perSecond }) => perSecond)],
    paced('at half of that: a hold', ({ hold }) => hold),
    paced('at half of that: nothing', ({ empty }) => empty),
  ]
}
