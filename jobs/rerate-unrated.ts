import { z } from 'zod'
import { chargeRecords } from './charge-records.ts'
import { defineJob } from './define-job.ts'
import { rerateWaiting } from './rerate-waiting.ts'

/**
 * Charges the usage that waits for one reason, after an operator mended its cause. Running twice, also at the same time,
 * charges nothing twice; dying half-way leaves the rest waiting, for an operator who asks again.
 */
export const rerateUnrated = defineJob({
  name: 'rerate-unrated',
  queue: 'nightly',
  attempts: 5,
  timeoutMs: 3_600_000,
  payload: z.object({ v: z.literal(1), reason: z.string() }),

  async run({ reason }, context) {
    const { charged, free, waiting } = await rerateWaiting(
      context,
      { account: null, reason },
      {
        charge: (raws) => chargeRecords(context, raws),
        dryRun: false,
        progress: () => undefined,
      },
    )
    const left = [...waiting.values()].reduce((sum, count) => sum + count, 0)
    context.log.info({ reason, charged, free, left }, 'unrated usage rated again')
  },
})
