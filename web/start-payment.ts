import type { ManualLimit } from '../billing/manual-topup.ts'
import { readPaymentGate } from '../db/payment-gate.ts'
import { readTopupByKey, type Topup } from '../db/topups.ts'
import { withDeadline } from '../jobs/deadline.ts'
import { type PayNow, type PayNowResult, payNow } from '../jobs/pay-now.ts'
import type { PaymentDeps } from '../jobs/payment-deps.ts'
import { unknownAccount } from './parameters.ts'
import { Problem } from './problem.ts'

/** Less than clients and proxies wait. The payment goes on; its outcome is there to be read. */
const ANSWER_WITHIN_MS = 25_000
const PAUSED_RETRY_MS = 60_000

/** Charges the card for what a customer entered. Throws the problem that keeps it from being started. */
export async function startPayment(payments: PaymentDeps, wanted: PayNow): Promise<Topup> {
  await refuseWhilePaused(payments, wanted)
  const result = await withinTime(payments, wanted)
  if (result.kind === 'topup') return result.topup
  throw problemOf(result)
}

/** Nothing is opened that could not be sent; what was opened under this key before is answered. */
async function refuseWhilePaused({ db, clock }: PaymentDeps, wanted: PayNow): Promise<void> {
  const { pausedReason, closedUntil } = await readPaymentGate(db)
  const now = clock.now()
  const isClosed = closedUntil !== null && closedUntil > now
  if (pausedReason === null && !isClosed) return
  if (await readTopupByKey(db, wanted)) return
  const waitMs = isClosed ? closedUntil.getTime() - now.getTime() : PAUSED_RETRY_MS
  throw new Problem('payments-paused', {
    detail: 'payments wait at the moment: nothing was charged, try again later',
    headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
  })
}

async function withinTime(payments: PaymentDeps, wanted: PayNow): Promise<PayNowResult> {
  try {
    return await withDeadline(payNow(payments, wanted), { ms: ANSWER_WITHIN_MS, what: 'a payment' })
  } catch (error) {
    const begun = await readTopupByKey(payments.db, wanted)
    if (!begun) throw error
    payments.log.error({ err: error, topup: begun.id }, 'payment begun and not followed to its end')
    return { kind: 'topup', topup: begun }
  }
}

function problemOf(result: Exclude<PayNowResult, { kind: 'topup' }>): Problem {
  switch (result.kind) {
    case 'open':
      return new Problem('topup-open', {
        detail: 'nothing was charged: wait until the top-up that is open has ended',
        members: { topup: result.topup.id },
      })
    case 'other_amount':
      return new Problem('idempotency-key-reused', {
        detail: 'nothing was charged: this Idempotency-Key stands for a top-up of another amount',
      })
    case 'unknown_account':
      return unknownAccount()
    case 'no_card':
      return new Problem('no-card', { status: 409, detail: 'nothing was charged: register a card first' })
    case 'not_active':
      return new Problem('account-closed', { detail: 'nothing was charged: the account is closed' })
    case 'limit':
      return new Problem('payment-limit', {
        detail: `nothing was charged: ${LIMITS[result.limit]}; try again tomorrow`,
        members: { limit: result.limit },
      })
  }
}

const LIMITS: Readonly<Record<ManualLimit, string>> = {
  declined_today: 'too many payments of this account were declined within 24 hours',
  payments_today: 'this account made as many payments as it may within 24 hours',
  amount_today: 'this account would pay more than it may within 24 hours',
}
