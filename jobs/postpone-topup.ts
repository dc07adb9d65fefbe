import type { Answer } from '../clients/stripe-answer.ts'
import { keepTopupOpen, type Topup } from '../db/topups.ts'
import type { GateClosed } from './ask-stripe.ts'
import { msAfter, type PaymentDeps } from './payment-deps.ts'

type NoAnswer = Exclude<Answer<unknown>, { kind: 'definite' }> | GateClosed

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** When a charge whose outcome is unknown is read back: after seconds, minutes, an hour, and daily from then on. */
const READ_BACK_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS]
const READ_BACK_LATER_MS = 24 * HOUR_MS
const NOT_NOW_MS = 30 * SECOND_MS
const GATE_MS = MINUTE_MS
const SPREAD_MS = MINUTE_MS

/**
 * Puts a top-up back until it is looked at again. After a charge that got no definite answer it is `unknown`: not failed,
 * and nothing else is charged before it is known.
 */
export async function postpone(
  { db, clock }: PaymentDeps,
  topup: Topup,
  answer: NoAnswer,
  asked: 'charged' | 'nothing charged' = 'nothing charged',
): Promise<void> {
  const now = clock.now()
  if (answer.kind !== 'unknown') {
    await keepTopupOpen(db, topup, { nextCheckAt: opensAt(answer, topup, now) })
    return
  }
  const nextCheckAt = msAfter(now, READ_BACK_MS[topup.checks] ?? READ_BACK_LATER_MS)
  const checks = topup.checks + 1
  await keepTopupOpen(db, topup, {
    nextCheckAt,
    checks,
    ...(asked === 'charged' ? { status: 'unknown' } : {}),
  })
}

/** Spread by the top-up's id, so that those that waited for one gate do not all come back at one moment. */
function opensAt(answer: Exclude<NoAnswer, { kind: 'unknown' }>, topup: Topup, now: Date): Date {
  const spreadMs = Number.parseInt(topup.id.slice(-4), 16) % SPREAD_MS
  if (answer.kind === 'not_now') return msAfter(now, NOT_NOW_MS + spreadMs)
  if (answer.kind === 'refused') return msAfter(now, HOUR_MS)
  const until = answer.kind === 'gate_closed' ? answer.until : null
  return msAfter(until ?? msAfter(now, GATE_MS), spreadMs)
}
