import { z } from 'zod'
import { subtractMicros } from '../billing/money.ts'
import { type PresentSpending, serviceOutlook } from '../billing/service-outlook.ts'
import { lockHeld } from '../db/account-holds.ts'
import { lockAccount } from '../db/lock-account.ts'
import { readRenewalSettings } from '../db/renewal-settings.ts'
import { changeServiceState, noteServiceLook, readServiceState } from '../db/service-states.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { readUsageSpend } from '../db/usage-spend.ts'
import { oweDeliveries } from '../db/webhook-deliveries.ts'
import { defineJob, type JobContext } from './define-job.ts'
import { msAfter } from './payment-deps.ts'
import { type PriceOf, renewalPrices } from './renew-prices.ts'
import { readReserve } from './renew-reserve.ts'

const HOUR_MS = 3_600_000

/**
 * Decides the state of an account's service by its credit and spending of this moment, and publishes a change: the row, the
 * event in the stream, and what each webhook endpoint is owed, in one transaction under the locks of the account and its holds. Running twice,
 * also at the same time, publishes once: the second run finds the state as it decides it. Dying half-way leaves nothing, and
 * the look is still owed; dying after the commit leaves deliveries that are swept.
 */
export const updateServiceState = defineJob({
  name: 'update-service-state',
  queue: 'service',
  attempts: 5,
  timeoutMs: 30_000,
  payload: z.object({ v: z.literal(1), account: z.string() }),

  async run({ account }, context) {
    const priceOf = await renewalPrices(context.rateBook, [account])
    const endpoints = await inTransaction(context.db, (tx) => decide(tx, context, { account, priceOf }))
    for (const endpoint of endpoints)
      await context.wake('deliver-service-events', { v: 1, account, endpoint })
  },
})

/** Returns the endpoints that are to be told of a change. */
async function decide(
  tx: Tx,
  { clock, newId, log }: Pick<JobContext, 'clock' | 'newId' | 'log'>,
  { account, priceOf }: { account: string; priceOf: PriceOf },
): Promise<string[]> {
  const locked = await lockAccount(tx, account)
  const before = locked && (await readServiceState(tx, account))
  if (!locked || !before) return []
  const heldOf = await lockHeld(tx, [account])
  const now = clock.now()
  const reserve = await readReserve(tx, { account, priceOf, now })
  const available = subtractMicros(subtractMicros(locked.balance, heldOf(account)), reserve)
  const spending = await readSpending(tx, account, now)
  const outlook = serviceOutlook({ status: locked.status, available, spending, present: before.state })
  const lookAt = await nextLook(tx, { account, lookAfterMs: outlook.lookAfterMs }, now)
  await noteServiceLook(tx, { account, lookAt })
  const { state, reason } = outlook
  if (state === before.state && reason === before.reason) return []
  const endpoints = await oweDeliveries(tx, { account, seq: before.seq + 1, state }, now)
  await changeServiceState(tx, { id: newId(), before, state, reason, available }, now)
  log.info({ account, state, reason, previous: before.state }, 'service changed')
  return endpoints
}

/** What usage cost in the last hour, and how long that usage took, counted from the beginning of the first. */
async function readSpending(tx: Tx, account: string, now: Date): Promise<PresentSpending> {
  const { amount, firstAt } = await readUsageSpend(tx, { account, since: msAfter(now, -HOUR_MS) })
  const overMs = firstAt === null ? HOUR_MS : now.getTime() - firstAt.getTime()
  return { amount, overMs: Math.max(0, Math.min(overMs, HOUR_MS)) }
}

/** Where renewals are set aside, each takes its part when its time has come, whatever else happens. */
async function nextLook(
  tx: Tx,
  { account, lookAfterMs }: { account: string; lookAfterMs: number | null },
  now: Date,
): Promise<Date | null> {
  const { reserveDays } = await readRenewalSettings(tx, account)
  const afterMs = Math.min(lookAfterMs ?? Infinity, reserveDays > 0 ? HOUR_MS : Infinity)
  return afterMs === Infinity ? null : msAfter(now, afterMs)
}
