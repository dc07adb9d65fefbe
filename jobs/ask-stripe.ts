import { setTimeout as sleep } from 'node:timers/promises'
import type { StripeClient } from '../clients/stripe.ts'
import type { Answer } from '../clients/stripe-answer.ts'
import { noteFinding } from '../db/findings.ts'
import {
  clearGateFailures,
  closePaymentGate,
  countGateFailure,
  passPaymentGate,
  pausePayments,
} from '../db/payment-gate.ts'
import { msAfter, type PaymentDeps } from './payment-deps.ts'

/** Nothing was asked: Stripe is away, or an operator has to open the gate first (`until` is null). */
export interface GateClosed {
  readonly kind: 'gate_closed'
  readonly reason: string
  readonly until: Date | null
}

/** So many requests in a row without a definite answer mean that Stripe is away. */
const FAILURES_MAX = 5
const CLOSED_FIRST_MS = 30_000
const CLOSED_MAX_MS = 10 * 60_000

/**
 * Asks Stripe one thing, through the gate that all processes share: at most 25 requests a second, none while Stripe is
 * away, none after it refused our key until an operator opens the gate. Throws nothing.
 */
export async function askStripe<T>(
  deps: PaymentDeps,
  ask: (stripe: StripeClient) => Promise<Answer<T>>,
): Promise<Answer<T> | GateClosed> {
  const passage = await passPaymentGate(deps.db, deps.clock.now())
  if (!passage.open) return { kind: 'gate_closed', reason: passage.reason, until: passage.until }
  if (passage.waitMs > 0) await sleep(passage.waitMs)
  const answer = await ask(deps.stripe)
  if (answer.kind === 'unauthorized') await stopAll(deps, answer.why)
  else if (answer.kind === 'unknown' && answer.isAway) await countFailure(deps, answer.why)
  else if (passage.hadFailures) await clearGateFailures(deps.db)
  return answer
}

async function stopAll({ db, log, clock, newId }: PaymentDeps, why: string): Promise<void> {
  const now = clock.now()
  if (!(await pausePayments(db, `Stripe refuses our key: ${why}`, now))) return
  await noteFinding(
    db,
    { kind: 'payments_paused', subject: 'stripe', severity: 'critical', evidence: { why }, account: null },
    { id: newId(), now },
  )
  log.fatal({ alert: true, why }, 'payments paused: Stripe refuses our key')
}

async function countFailure({ db, log, clock }: PaymentDeps, why: string): Promise<void> {
  const failures = await countGateFailure(db, clock.now())
  log.warn({ why, failures }, 'Stripe gave no definite answer')
  if (failures === null || failures < FAILURES_MAX) return
  const closedMs = Math.min(CLOSED_FIRST_MS * 2 ** Math.min(failures - FAILURES_MAX, 10), CLOSED_MAX_MS)
  await closePaymentGate(db, msAfter(clock.now(), closedMs))
  log.error({ alert: true, failures, closedMs }, 'payments wait: Stripe does not answer')
}
