import { cutOffOf } from '../../billing/business-date.ts'
import { createStripeClient } from '../../clients/stripe.ts'
import { readRun } from '../../db/run-list.ts'
import { reopenRun } from '../../db/runs.ts'
import type { RunContext, RunDefinition } from '../../jobs/nightly-run.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { workRun } from '../../jobs/run-owed.ts'
import type { Runtime } from '../../sandbox/runtime.ts'
import { Refused, WrongCall } from '../command.ts'

/** Does the work of a finished run again and says what came of it. Throws Refused where that cannot be. */
export async function redoRun(runtime: Runtime, definition: RunDefinition, date: string): Promise<string> {
  const { db, clock, newId } = runtime
  const key = { kind: definition.kind, date: checkDate(date) }
  const before = await readRun(db, key)
  if (!before)
    throw new Refused(`there is no run ${key.kind} of ${date}: npm run -s runs shows what there is`)
  const run = await reopenRun(db, { ...key, holder: newId(), now: clock.now() })
  if (!run) {
    throw new Refused(
      `a run of kind ${key.kind} is not finished: it is continued by itself, try again afterwards`,
    )
  }
  if (!(await workRun(contextOf(runtime), definition, run))) {
    throw new Refused(
      `the run was taken over by a worker, which finishes it: npm run -s runs shows how far it is`,
    )
  }
  const after = await readRun(db, key)
  const done = (after?.done ?? 0) - before.done
  const refused = (after?.refused ?? 0) - before.refused
  return `run ${key.kind} of ${date} was done again: ${done} done, ${refused} refused`
}

function checkDate(date: string): string {
  try {
    cutOffOf(date)
    return date
  } catch (error) {
    if (error instanceof RangeError) throw new WrongCall(`DATE ${error.message}`)
    throw error
  }
}

/** What is woken here is swept by the scheduler. */
function contextOf({ config, ...runtime }: Runtime): RunContext {
  return {
    ...runtime,
    rateBook: createRateBook(runtime.db, config.emergencyNumbers),
    stripe: config.stripe && createStripeClient(config.stripe),
    publicUrl: config.publicUrl,
    wake: () => Promise.resolve(),
  }
}
