import { compareWithGoals } from './goals.ts'
import { type Results, summaries } from './results.ts'
import { median } from './statistics.ts'

/** The run for programs: medians by scenario, then everything they come from. */
export function reportJson(results: Results): string {
  const { machine, workload, rounds, longRun, rating, rechargeMs } = results
  const lines = summaries(results)
  const latencyOf = (of: 'usage' | 'noOp') => ({
    p50Ms: median(rounds.map(({ latency }) => latency[of].p50Ms)),
    p99Ms: median(rounds.map(({ latency }) => latency[of].p99Ms)),
  })
  const report = {
    machine,
    workload,
    recordsPerSecond: Object.fromEntries(lines.map((line) => [line.name, line.recordsPerSecond])),
    cpuMicros: Object.fromEntries(lines.map((line) => [line.name, line.cpuMicros])),
    latency: { usage: latencyOf('usage'), noOp: latencyOf('noOp') },
    storage: { bytesPerRecord: longRun.bytesPerRecord },
    memory: { records: longRun.records, heapBytes: longRun.heapBytes, rssBytes: longRun.rssBytes },
    rating,
    rechargeMs,
    goals: compareWithGoals(results),
    rounds: rounds.map(({ measured, latency }) => ({ ...Object.fromEntries(measured), latency })),
    largeLedger: results.largeLedger,
    holds: results.holds,
  }
  return `${JSON.stringify(report, null, 2)}\n`
}
