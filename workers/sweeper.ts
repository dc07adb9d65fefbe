import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/logger.ts'
import type { Db } from '../db/connect.ts'
import { claimOwedMails } from '../db/mails.ts'
import { claimOwedRecharges, claimOwedTopups, claimReconciliation } from '../db/owed-payments.ts'
import { claimOwedRenewals } from '../db/renewals-owed.ts'
import { claimServiceLooks, patrolServiceStates, wakeSpentOut } from '../db/service-wakes.ts'
import { claimOwedEvents } from '../db/stripe-events.ts'
import { claimOwedDeliveries } from '../db/webhook-deliveries.ts'
import type { JobName, JobPayload, Wake } from '../jobs/define-job.ts'
import { expireHolds } from '../jobs/expire-holds.ts'

/** What is claimed is left to its job for so long; then it is taken to be lost by the queue. */
const LEASE_MS = 5 * 60_000
const RECONCILE_EVERY_MS = 15 * 60_000
const PAGE = 200
/** Accounts that are walked over in search of a service state that nobody woke, between two sweeps. */
const PATROL_EVERY_MS = 4_000
const PATROL_PAGE = 100
/** What Stripe's rate lets through between two sweeps, so that a queue never fills with repetitions. */
const TOPUPS_MAX = 60

export interface SweeperDeps {
  readonly db: Db
  readonly log: Log
  readonly clock: Clock
  readonly wake: Wake
}

interface OwedJob {
  readonly job: JobName
  readonly payload: JobPayload
}

/**
 * Ends holds that nobody kept, and hands jobs to their queues for whatever Postgres says is due: top-ups to look at, accounts to decide about, numbers that wait for credit, events of
 * Stripe's, mails, a reconciliation. Jobs decide by Postgres again, so handing one over twice is harmless, and any number
 * of schedulers share the work.
 */
export async function sweepOwed({ db, log, clock, wake }: SweeperDeps): Promise<void> {
  await expireHolds({ db, log, clock })
  const now = clock.now()
  await patrolServiceStates(db, {
    now,
    nextAt: new Date(now.getTime() + PATROL_EVERY_MS),
    limit: PATROL_PAGE,
  })
  await wakeSpentOut(db, now)
  const claim = { now, leaseUntil: new Date(now.getTime() + LEASE_MS), limit: PAGE }
  const owed = [
    ...jobsFor(
      'advance-topup',
      await claimOwedTopups(db, { ...claim, limit: TOPUPS_MAX }),
      ({ account, id }) => ({
        account,
        topup: id,
      }),
    ),
    ...jobsFor('recharge-account', await claimOwedRecharges(db, claim), (account) => ({ account })),
    ...jobsFor('renew-account', await claimOwedRenewals(db, claim), (account) => ({ account })),
    ...jobsFor('apply-stripe-event', await claimOwedEvents(db, claim), (event) => ({ event })),
    ...jobsFor('send-mail', await claimOwedMails(db, claim), ({ account, mail }) => ({ account, mail })),
    ...jobsFor('update-service-state', await claimServiceLooks(db, claim), (account) => ({ account })),
    ...jobsFor('deliver-service-events', await claimOwedDeliveries(db, claim), ({ account, endpoint }) => ({
      account,
      endpoint,
    })),
  ]
  const nextAt = new Date(now.getTime() + RECONCILE_EVERY_MS)
  if (await claimReconciliation(db, { now, nextAt }))
    owed.push({ job: 'reconcile-payments', payload: { v: 1 } })
  for (const { job, payload } of owed) await wake(job, payload)
  if (owed.length > 0) log.info({ jobs: owed.length }, 'owed jobs handed over')
}

function jobsFor<T>(job: JobName, claimed: readonly T[], ids: (one: T) => JobPayload): OwedJob[] {
  return claimed.map((one) => ({ job, payload: { v: 1, ...ids(one) } }))
}
