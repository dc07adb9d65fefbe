import { formatFigure } from './format-figure.ts'
import { goalTable } from './goal-table.ts'
import { compareWithGoals } from './goals.ts'
import { holdTables } from './hold-report.ts'
import { RECORDS_PER_SECOND } from './latency.ts'
import { machineLine } from './machine-line.ts'
import { type Results, summaries } from './results.ts'
import { median } from './statistics.ts'
import { textTable } from './text-table.ts'

/** The run for people. */
export function reportText(results: Results): string {
  const usage = [scenarioTable(results), latencyLines(results), longRunLines(results)]
  const { machine, rounds, holds } = results
  const goals = goalTable(compareWithGoals(results))
  return [machineLine(machine, rounds.length), ...usage, holdTables(holds), goals].join('\n\n')
}

function scenarioTable(results: Results): string {
  const rows = summaries(results).map(({ name, recordsPerSecond, cpuMicros }) => [
    name,
    formatFigure(recordsPerSecond),
    ...(cpuMicros
      ? [cpuMicros.node, cpuMicros.postgres, cpuMicros.redis, cpuMicros.total].map(formatFigure)
      : ['–', '–', '–', '–']),
  ])
  const head = ['', 'records/s', 'µs/record: Node', 'Postgres', 'Redis', 'together']
  return `${textTable([head, ...rows])}\nNode is producer and workers together.`
}

function latencyLines({ rounds }: Results): string {
  const line = (name: string, of: 'usage' | 'noOp') => [
    name,
    formatFigure(median(rounds.map(({ latency }) => latency[of].p50Ms))),
    formatFigure(median(rounds.map(({ latency }) => latency[of].p99Ms))),
  ]
  return textTable([
    [`at ${RECORDS_PER_SECOND} records/s`, 'p50 ms', 'p99 ms'],
    line('add to commit', 'usage'),
    line('no-op job', 'noOp'),
  ])
}

function longRunLines({ longRun, rating, rechargeMs, workload }: Results): string {
  const mib = (bytes: number | undefined) => `${Math.round((bytes ?? 0) / 2 ** 20)} MiB`
  const { total, ...relations } = longRun.bytesPerRecord
  const parts = Object.entries(relations).map(([name, bytes]) => `${name} ${formatFigure(bytes)}`)
  return [
    `storage: ${formatFigure(total)} bytes a charged record (${parts.join(', ')})`,
    `worker over ${formatFigure(longRun.records)} records: heap ${mib(longRun.heapBytes[0])} after the first step, ` +
      `${mib(longRun.heapBytes.at(-1))} at the end; resident ${mib(longRun.rssBytes[0])}, ${mib(longRun.rssBytes.at(-1))}`,
    `rating alone: ${formatFigure(rating.recordsPerSecond)} records/s`,
    `from the charge that crosses a recharge threshold to the request at Stripe: ${formatFigure(rechargeMs)} ms ` +
      `(median of ${workload.recharges})`,
  ].join('\n')
}
