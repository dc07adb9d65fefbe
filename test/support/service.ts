import { parseUsd } from '../../billing/money.ts'
import type { ServiceStateName } from '../../billing/service-outlook.ts'
import { createWebhookSender } from '../../clients/outgoing-webhook.ts'
import { systemNewId } from '../../config/clock.ts'
import { adjust } from '../../db/corrections.ts'
import { readServiceEvents } from '../../db/service-events.ts'
import { readServiceState } from '../../db/service-states.ts'
import { inTransaction } from '../../db/transaction.ts'
import { addWebhookEndpoint } from '../../db/webhook-endpoints.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import type { JobContext, JobName, JobPayload } from '../../jobs/define-job.ts'
import { jobs } from '../../jobs/index.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { sweepOwed } from '../../workers/sweeper.ts'
import { LogLines } from './pipeline.ts'
import { setup } from './setup.ts'
import { callRecord, importFlatCard, openAccounts } from './usage.ts'
import { startWebhookReceiver } from './webhook-receiver.ts'

export const SECRET = 'rlwh_test'
/** Longer than a busy machine takes to answer. */
const TIMEOUT_MS = 30_000

/** Two accounts at a cent a second, and a receiver of webhooks; jobs run when the test says so. */
export async function setupService() {
  const base = await setup()
  const { db, clock } = base
  await openAccounts(db, clock, ['acct_a', 'acct_b'])
  await importFlatCard(db, clock)
  const receiver = await startWebhookReceiver()
  const logged = new LogLines()
  const woken: { name: JobName; payload: JobPayload }[] = []
  const unused = () => Promise.reject(new Error('service needs no such thing'))
  const rules = { hosts: [receiver.host], allowsLoopbackHttp: true }
  const context: JobContext = {
    db,
    clock,
    log: logged.log,
    newId: systemNewId,
    rateBook: createRateBook(db),
    stripe: null,
    mailer: null,
    webhooks: createWebhookSender({ ...rules, timeoutMs: TIMEOUT_MS, clock }),
    publicUrl: 'https://billing.example.com',
    wake: (name, payload) => Promise.resolve(void woken.push({ name, payload })),
    rateInTurn: unused,
    commitUsage: unused,
  }
  const run = async (name: JobName, payload: JobPayload, changes: Partial<JobContext> = {}) => {
    const prepared = jobs.find((job) => job.name === name)?.prepare(JSON.parse(JSON.stringify(payload)))
    if (!prepared || 'fault' in prepared) throw new Error(`job ${name} cannot be run`)
    await prepared.run({ ...context, ...changes })
  }
  let calls = 0
  let moves = 0
  return {
    ...base,
    context,
    logged,
    receiver,
    woken,
    /** Runs a job as the queue does: its payload goes through JSON. */
    run,
    /** Decides the state of an account now. */
    look: (account = 'acct_a') => run('update-service-state', { v: 1, account }),
    /** Moves the balance by so many dollars. */
    move: async (usd: string, account = 'acct_a') => {
      moves += 1
      const change = { account, id: `move-${moves}`, amount: parseUsd(usd), reason: 'test', postedBy: 'test' }
      await inTransaction(db, (tx) => adjust(tx, change, clock.now()))
    },
    /** Charges a call that ends now, at a cent a second. */
    call: async (seconds: number, account = 'acct_a') => {
      calls += 1
      const occurredAt = new Date(clock.now().getTime() - seconds * 1_000).toISOString()
      const record = callRecord({ id: `call-${calls}`, account, occurredAt, durationMs: seconds * 1_000 })
      return await chargeRecords(context, [record])
    },
    state: async (account = 'acct_a') => {
      const found = await readServiceState(db, account)
      if (!found) throw new Error(`account ${account} has no state`)
      return found
    },
    events: () => readServiceEvents(db, { after: 0n, limit: 1_000 }),
    /** Registers the receiver. */
    addEndpoint: async (
      fields: { url?: string; events?: readonly ServiceStateName[] } = {},
    ): Promise<string> => {
      const id = systemNewId()
      const events: readonly ServiceStateName[] = fields.events ?? ['active', 'ending', 'stopped']
      const endpoint = { id, url: fields.url ?? receiver.url, events, secret: { id, secret: SECRET } }
      await inTransaction(db, (tx) => addWebhookEndpoint(tx, endpoint, clock.now()))
      return id
    },
    /** What a scheduler wakes now, of states and deliveries. */
    sweep: async () => {
      const due: { name: JobName; payload: JobPayload }[] = []
      const wake: JobContext['wake'] = (name, payload) => Promise.resolve(void due.push({ name, payload }))
      await sweepOwed({ ...context, wake })
      return due.filter(({ name }) => name === 'update-service-state' || name === 'deliver-service-events')
    },
  }
}

export type Service = Awaited<ReturnType<typeof setupService>>

/** Works whatever a scheduler finds at this moment, until nothing is due. */
export async function settle({ sweep, run }: Service): Promise<void> {
  for (let round = 0; round < 50; round++) {
    const due = await sweep()
    for (const { name, payload } of due) await run(name, payload)
    if (due.length === 0) return
  }
  throw new Error('something is due again and again')
}
