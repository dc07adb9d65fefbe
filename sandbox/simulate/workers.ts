import { createWebhookSender } from '../../clients/outgoing-webhook.ts'
import type { Mailer } from '../../clients/send-grid.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { type CommitReport, commitGroup } from '../../jobs/commit-usage.ts'
import type { JobContext, JobPayload } from '../../jobs/define-job.ts'
import { jobs } from '../../jobs/index.ts'
import type { PaymentDeps } from '../../jobs/payment-deps.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { runs } from '../../jobs/runs.ts'
import type { FakeStripe } from '../fake-stripe/start-fake-stripe.ts'
import { dueJobs } from './due-jobs.ts'
import { webhookTaker } from './take-webhooks.ts'

/** What scheduler, relay and workers do, in this process and at the simulation's word. */
export interface Workers {
  charge(records: readonly unknown[]): Promise<CommitReport>
  /** Does everything that is due at this moment: jobs, webhooks, mails. */
  workDue(): Promise<void>
  /** Does the nightly runs that are owed, and what follows from them. */
  workNight(): Promise<void>
  /** What went wrong, in the words of its errors. */
  readonly failures: readonly string[]
}

type RunJob = (name: string, payload: JobPayload) => Promise<void>

type Deps = PaymentDeps & { readonly mailer: Mailer; readonly publicUrl: string }

/** More rounds than anything that comes to rest can need at one moment. */
const ROUNDS_MAX = 200
/** `workNight` does the runs, and one of them reconciles; the job's check of the clock would find the simulated one wrong. */
const LEFT_OUT: readonly string[] = ['run-nightly', 'reconcile-payments']

export function createWorkers(deps: Deps, stripeState: FakeStripe['state']): Workers {
  const failures: string[] = []
  const rateBook = createRateBook(deps.db)
  const attempt = async (name: string, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      failures.push(`${deps.clock.now().toISOString()} ${name}: ${String(error)}`)
    }
  }
  const runJob: RunJob = async (name, payload) => {
    await attempt(name, async () => {
      const prepared = jobs.find((job) => job.name === name)?.prepare(JSON.parse(JSON.stringify(payload)))
      if (!prepared || 'fault' in prepared) throw new Error(`job ${name} cannot be run`)
      await prepared.run(context)
    })
  }
  const context: JobContext = {
    ...deps,
    webhooks: createWebhookSender({
      hosts: [],
      allowsLoopbackHttp: false,
      timeoutMs: 1_000,
      clock: deps.clock,
    }),
    rateBook,
    wake: runJob,
    rateInTurn: (_records, rate) => rate(),
    commitUsage: async (batch) => {
      await commitGroup(deps, [batch])
    },
  }
  const takeWebhooks = webhookTaker(deps, stripeState)
  return {
    failures,
    charge: (records) => chargeRecords({ ...deps, rateBook }, records),
    workDue: () => workJobs(deps, { runJob, takeWebhooks }),
    workNight: async () => {
      for (const run of runs) await attempt(`run ${run.kind}`, () => runOwedDates(context, run))
      await workJobs(deps, { runJob, takeWebhooks })
    },
  }
}

interface DueWork {
  readonly runJob: RunJob
  readonly takeWebhooks: () => Promise<void>
}

async function workJobs(deps: Deps, { runJob, takeWebhooks }: DueWork): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await takeWebhooks()
    const due = (await dueJobs(deps)).filter(({ name }) => !LEFT_OUT.includes(name))
    for (const { name, payload } of due) await runJob(name, payload)
    if (due.length === 0) return
  }
  throw new Error(`something is due again and again at ${deps.clock.now().toISOString()}`)
}
