import { z } from 'zod'
import { checkClock } from './check-clock.ts'
import { defineJob } from './define-job.ts'
import { runOwedDates } from './run-owed.ts'
import { runs } from './runs.ts'

/**
 * Works the business dates that a kind of run owes, each once and in order. Running twice, also at the same time, leaves
 * the run to the one that holds it. Dying half-way leaves it to be continued from its last saved position when its lease
 * is over; a failure leaves it to the next wake.
 */
export const runNightly = defineJob({
  name: 'run-nightly',
  queue: 'nightly',
  attempts: 1,
  timeoutMs: 6 * 3_600_000,
  payload: z.object({ v: z.literal(1), kind: z.string() }),

  async run({ kind }, context) {
    const definition = runs.find((one) => one.kind === kind)
    if (!definition) throw new Error(`there is no run of kind ${kind} in this build`)
    await checkClock(context)
    await runOwedDates(context, definition)
  },
})
