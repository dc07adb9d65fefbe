import { claimOwedJobs } from '../../db/outbox.ts'
import type { JobPayload } from '../../jobs/define-job.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { sweepOwed } from '../../workers/sweeper.ts'

const PAGE = 200
/** As the relay has it. */
const HAND_OVER_AGAIN_AFTER_MS = 60_000

export interface DueJob {
  readonly name: string
  readonly payload: JobPayload
}

/** Claims the jobs that Postgres says are due, as the relay of the outbox and the scheduler's sweep do. */
export async function dueJobs({ db, log, clock }: PaymentDeps): Promise<DueJob[]> {
  const now = clock.now()
  const handedBefore = new Date(now.getTime() - HAND_OVER_AGAIN_AFTER_MS)
  const owed = await claimOwedJobs(db, { now, handedBefore, limit: PAGE })
  const due: DueJob[] = owed.map(({ id, job, payload }) => ({
    name: job,
    payload: { ...(payload as JobPayload), outboxId: id },
  }))
  await sweepOwed({
    db,
    log,
    clock,
    wake: (name, payload) => {
      due.push({ name, payload })
      return Promise.resolve()
    },
  })
  return due
}
