import type { ListedRun } from '../../db/run-list.ts'
import { textTable } from '../text-table.ts'

const COLUMNS = ['kind', 'date', 'state', 'started', '>took', '>done', '>refused']

/** Runs as the lines of a table. */
export function runLines(runs: readonly ListedRun[], now: Date): string[] {
  return textTable(
    COLUMNS,
    runs.map((run) => [
      run.kind,
      run.date,
      stateOf(run, now),
      `${run.startedAt.toISOString().slice(0, 19)}Z`,
      tookOf((run.finishedAt ?? now).getTime() - run.startedAt.getTime()),
      String(run.done),
      String(run.refused),
    ]),
  )
}

function stateOf({ finishedAt, heldUntil, redone }: ListedRun, now: Date): string {
  if (finishedAt === null) return heldUntil > now ? 'running' : 'waiting'
  return redone === 0 ? 'finished' : `redone ${redone}`
}

function tookOf(ms: number): string {
  if (ms < 60_000) return `${(Math.max(ms, 0) / 1_000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
