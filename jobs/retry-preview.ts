import { formatUsd } from '../billing/money.ts'
import { decideRecharge, type RechargeDecision } from '../billing/recharge-rule.ts'
import { lockAccount } from '../db/lock-account.ts'
import { loadMail } from '../db/mails.ts'
import { readRechargeFacts } from '../db/recharge-facts.ts'
import { listNumbersToRenew } from '../db/renewals-due.ts'
import { readOwedEvent } from '../db/stripe-events.ts'
import { readTopup } from '../db/topups.ts'
import { inTransaction } from '../db/transaction.ts'
import { describeAdvance } from './describe-advance.ts'
import type { FailedJob } from './failed-jobs.ts'
import { previewCharges } from './preview-charges.ts'
import type { ChargeDeps } from './rerate-waiting.ts'

/**
 * What another delivery of a job would do, by the rows of this moment and not by what the job was given when it failed.
 * Changes nothing. The job decides again by itself when it runs.
 */
export async function previewRetry(
  deps: ChargeDeps,
  { name, data }: Pick<FailedJob, 'name' | 'data'>,
): Promise<readonly string[]> {
  const preview = PREVIEWS.get(name)
  const payload = typeof data === 'object' && data !== null ? data : {}
  if (!preview) return [`Nothing is known of a job named ${name}: it fails again unless a worker knows it.`]
  return await preview(deps, new Map(Object.entries(payload)))
}

type Payload = ReadonlyMap<string, unknown>
type Preview = (deps: ChargeDeps, payload: Payload) => Promise<readonly string[]>

const PREVIEWS: ReadonlyMap<string, Preview> = new Map<string, Preview>([
  ['charge-usage', previewUsage],
  ['recharge-account', previewRecharge],
  ['advance-topup', previewAdvance],
  ['apply-stripe-event', previewEvent],
  ['renew-account', previewRenewals],
  ['send-mail', previewMail],
  [
    'reconcile-payments',
    () =>
      Promise.resolve([
        'Compares what Stripe has with what is here and closes the gaps, each once. The scheduler does the same every quarter of an hour.',
      ]),
  ],
  [
    'update-service-state',
    () =>
      Promise.resolve([
        'Decides by the credit of now whether service is stopped, and publishes a change, once.',
      ]),
  ],
  [
    'deliver-service-events',
    () =>
      Promise.resolve([
        'Tells the webhook endpoint of the changes that it is still owed, in order, under the ids that they had before.',
      ]),
  ],
  [
    'rerate-unrated',
    () => Promise.resolve(['Rates the usage that waits for the reason again: see Unrated usage.']),
  ],
  [
    'run-nightly',
    () =>
      Promise.resolve([
        'Works the business dates that this kind of run owes, if any: see Runs. The scheduler wakes them every minute.',
      ]),
  ],
])

async function previewUsage(deps: ChargeDeps, payload: Payload): Promise<readonly string[]> {
  const records = payload.get('records')
  if (!Array.isArray(records)) return ['Keeps the payload as unrated usage: it has no records.']
  const { charged, free, duplicates, amount, refused } = await previewCharges(deps, records)
  return [
    `Charges ${charged} of ${records.length} records, ${formatUsd(amount)} USD together.`,
    `Leaves ${duplicates} alone that are charged already, and stores ${free} that cost nothing.`,
    `Keeps ${refused.length} as unrated usage.`,
  ]
}

async function previewRecharge({ db, clock }: ChargeDeps, payload: Payload): Promise<readonly string[]> {
  const account = textOf(payload, 'account')
  const facts = await inTransaction(db, async (tx) => {
    const locked = await lockAccount(tx, account)
    return locked && (await readRechargeFacts(tx, locked, clock.now()))
  })
  if (!facts) return [`Nothing: there is no account ${account}.`]
  return [
    `The balance is ${formatUsd(facts.balance)} USD, the threshold ${formatUsd(facts.threshold)} USD, and ${formatUsd(facts.pending)} USD are on their way.`,
    describeDecision(decideRecharge(facts)),
  ]
}

function describeDecision(decision: RechargeDecision): string {
  switch (decision.do) {
    case 'charge':
      return `Charges ${formatUsd(decision.amount)} USD to the card on file, in a top-up of its own.`
    case 'nothing':
      return `Charges nothing: ${decision.why.replaceAll('_', ' ')}.`
    case 'wait':
      return `Charges nothing before ${decision.until.toISOString()}: ${decision.why.replaceAll('_', ' ')}.`
    case 'pause':
      return `Charges nothing and pauses auto-recharge: ${decision.reason.replaceAll('_', ' ')}.`
  }
}

async function previewAdvance({ db }: ChargeDeps, payload: Payload): Promise<readonly string[]> {
  const key = { account: textOf(payload, 'account'), id: textOf(payload, 'topup') }
  const topup = UUID.test(key.id) ? await readTopup(db, key) : null
  return topup ? describeAdvance(topup) : [`Nothing: there is no such top-up.`]
}

async function previewEvent({ db }: ChargeDeps, payload: Payload): Promise<readonly string[]> {
  const owed = await readOwedEvent(db, textOf(payload, 'event'))
  if (!owed) return ['Nothing: this event was worked already, or was never stored.']
  return [
    `Reads ${owed.objectId} from Stripe as it is now and takes over what became of it (${owed.type}).`,
    'What was posted for it before is not posted again.',
  ]
}

async function previewRenewals({ db, clock }: ChargeDeps, payload: Payload): Promise<readonly string[]> {
  const account = textOf(payload, 'account')
  const now = clock.now()
  const numbers = await listNumbersToRenew(db, { account, after: null, now, limit: 1_000 })
  if (numbers.length === 0) return ['Nothing: no number of this account waits for its renewal.']
  return [
    `Decides about ${numbers.length} numbers: each is renewed if the credit covers it, once for its period, else it waits on.`,
  ]
}

async function previewMail({ db }: ChargeDeps, payload: Payload): Promise<readonly string[]> {
  const key = { account: textOf(payload, 'account'), mail: textOf(payload, 'mail') }
  const mail = UUID.test(key.mail) ? await loadMail(db, key) : null
  if (!mail) return ['Nothing: there is no such mail.']
  if (mail.nextTryAt === null) return [`Nothing: the mail is ${mail.state}.`]
  return [`Sends the mail "${mail.template}" if it is still worth sending; it is ${mail.state} now.`]
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

function textOf(payload: Payload, field: string): string {
  const value = payload.get(field)
  return typeof value === 'string' ? value : ''
}
