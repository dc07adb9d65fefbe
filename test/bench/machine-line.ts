import type { Machine } from './machine.ts'

/** Where it was measured, for people. */
export function machineLine(machine: Machine, rounds: number): string {
  return (
    `${machine.processors} processors (${machine.processorModel}), ${machine.memoryGiB} GiB, ${machine.system}, ` +
    `Node ${machine.node}, Postgres ${machine.postgres}, queues on ${machine.queueBackend}; ` +
    `medians of ${rounds} rounds`
  )
}
