import { cutOffOf } from '../billing/business-date.ts'
import { closeFinding } from '../db/findings.ts'
import {
  claimRun,
  finishRun,
  type HeldRun,
  keepRun,
  RUN_LEASE_MS,
  RunLost,
  releaseRun,
  saveRun,
} from '../db/runs.ts'
import type { RunContext, RunDefinition } from './nightly-run.ts'
import { raiseFinding } from './raise-finding.ts'

/** A holder is heard of several times in each lease, however long its pages take. */
const KEEP_EVERY_MS = RUN_LEASE_MS / 4

/**
 * Works the dates that a kind owes, in order, until none is owed or another holder is at work. Any failure leaves the run
 * to be continued from its position, is noted as a finding that closes when the run is finished, and is thrown.
 */
export async function runOwedDates(context: RunContext, definition: RunDefinition): Promise<void> {
  for (;;) {
    const claim = { kind: definition.kind, holder: context.newId(), now: context.clock.now() }
    const run = await claimRun(context.db, claim)
    if (!run || !(await workRun(context, definition, run))) return
  }
}

/** Works a run that is held to its end; false when it was lost to another holder. */
export async function workRun(
  context: RunContext,
  definition: RunDefinition,
  run: HeldRun,
): Promise<boolean> {
  const { db, clock } = context
  const log = context.log.child({ run: run.kind, date: run.date })
  const keeping = keepHeld(context, run)
  try {
    await definition.work(
      { ...context, log },
      {
        date: run.date,
        cutOff: cutOffOf(run.date),
        position: run.position,
        save: (tx, progress) => saveRun(tx, run, progress, clock.now()),
      },
    )
    await finishRun(db, run, clock.now())
  } catch (error) {
    if (error instanceof RunLost) {
      log.warn('run lost to another holder')
      return false
    }
    await leave(context, run, error)
    throw error
  } finally {
    clearInterval(keeping)
  }
  await closeFinding(db, failureOf(run), clock.now())
  log.info('run finished')
  return true
}

function keepHeld({ db, clock, log }: RunContext, run: HeldRun): NodeJS.Timeout {
  // What is lost or cannot be reached shows at the next save.
  const keep = () => keepRun(db, run, clock.now()).catch((error) => log.warn({ err: error }, 'run not kept'))
  return setInterval(keep, KEEP_EVERY_MS)
}

async function leave(context: RunContext, run: HeldRun, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error)
  try {
    await releaseRun(context.db, run, context.clock.now())
    const finding = { ...failureOf(run), severity: 'warning', evidence: { message }, account: null } as const
    await raiseFinding(context, finding)
  } catch (failure) {
    context.log.error({ err: failure }, 'run not released; it goes on when its lease is over')
  }
}

function failureOf({ kind, date }: HeldRun) {
  return { kind: 'run_failed', subject: `${kind}/${date}` }
}
