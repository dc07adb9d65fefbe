import { type ProcessorTime, readProcessorTime } from './processor-time.ts'
import type { Rig } from './rig.ts'

export interface Measurement {
  readonly recordsPerSecond: number
  /** Processor time per record; null where it cannot be read. */
  readonly cpuMicros: (ProcessorTime & { readonly total: number }) | null
}

/** From the first add to the last commit, by the clock of `monotonicMs`. */
export interface Span {
  readonly startedAtMs: number
  readonly endedAtMs: number
}

/** Measures work on so many records, with nothing else at work. */
export async function measure(
  { processes, aftercare }: Pick<Rig, 'processes' | 'aftercare'>,
  records: number,
  work: () => Promise<Span>,
): Promise<Measurement> {
  await aftercare.settled()
  globalThis.gc?.()
  const before = readProcessorTime(processes)
  const { startedAtMs, endedAtMs } = await work()
  const after = readProcessorTime(processes)
  return {
    recordsPerSecond: (records * 1_000) / (endedAtMs - startedAtMs),
    cpuMicros: before && after && perRecord(before, after, records),
  }
}

function perRecord(before: ProcessorTime, after: ProcessorTime, records: number) {
  const node = (after.node - before.node) / records
  const postgres = (after.postgres - before.postgres) / records
  const redis = (after.redis - before.redis) / records
  return { node, postgres, redis, total: node + postgres + redis }
}
