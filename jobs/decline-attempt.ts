import { classifyDecline, type DeclineVerdict } from '../billing/decline.ts'
import { chargeableCards } from '../billing/recharge-rule.ts'
import type { PaymentDecline } from '../clients/stripe-payment.ts'
import { stopCard } from '../db/cards.ts'
import { noteFinding } from '../db/findings.ts'
import type { LockedAccount } from '../db/lock-account.ts'
import { readRechargeFacts } from '../db/recharge-facts.ts'
import { hastenReconciliation } from '../db/reconciliation.ts'
import { openAttempt, readRefusals, settleAttempt, type TopupAttempt } from '../db/topup-attempts.ts'
import { keepTopupOpen, settleTopup, type Topup } from '../db/topups.ts'
import type { Tx } from '../db/transaction.ts'
import type { PaymentState } from './apply-payment.ts'
import { msAfter, type PaymentDeps } from './payment-deps.ts'
import { rechargeDeclined } from './recharge-declined.ts'

/** How long a worker has for the next card before the sweeper takes over. */
export const LEASE_MS = 60_000

/** The same request cannot pass before the customer acts, whatever another card may pay. */
const RESTS_CARD = new Set<DeclineVerdict['class']>(['ask', 'authenticate', 'revoked'])

interface Declined {
  readonly account: LockedAccount
  readonly topup: Topup
  readonly attempt: TopupAttempt
  readonly decline: PaymentDecline
}

/**
 * Ends an attempt that was declined. A recharge goes on with the backup card where another card can cure the reason; else
 * the top-up ends here, or waits for the customer. Every step is in the transaction that notes the decline.
 */
export async function declineAttempt(tx: Tx, deps: PaymentDeps, declined: Declined): Promise<PaymentState> {
  const { account, topup, attempt, decline } = declined
  const now = deps.clock.now()
  const verdict = classifyDecline(decline)
  await settleAttempt(tx, topup, { status: 'declined', class: verdict.class, decline }, now)
  if (verdict.stopsCard || (topup.origin === 'auto' && RESTS_CARD.has(verdict.class))) {
    const card = { account: account.id, id: attempt.cardId, reason: verdict.reason }
    await stopCard(tx, { ...card, forGood: verdict.stopsCard })
  }
  if (verdict.class === 'duplicate') await hastenReconciliation(tx, now)
  if (!verdict.isKnown) await noteUnknownCode(tx, deps, declined)
  if (topup.origin === 'manual') {
    await settleTopup(tx, topup, { status: 'failed', reason: verdict.reason, now })
    return 'settled'
  }
  if (await tryNextCard(tx, deps, { ...declined, verdict })) return 'next_card'
  await rechargeDeclined(tx, deps, { account: account.id, balance: account.balance, topup })
  return verdict.class === 'authenticate' ? 'waiting' : 'settled'
}

async function tryNextCard(
  tx: Tx,
  { clock }: PaymentDeps,
  { account, topup, attempt, verdict }: Declined & { verdict: DeclineVerdict },
): Promise<boolean> {
  const now = clock.now()
  const { cards } = await readRechargeFacts(tx, account, now)
  // Of a card that came off file meanwhile, what Stripe says that nobody knows concerns no other card.
  const isGone = !verdict.isKnown && !cards.some(({ id }) => id === attempt.cardId)
  if (!verdict.otherCardMayCure && !isGone) return false
  const tried = new Set((await readRefusals(tx, topup)).map(({ cardId }) => cardId))
  const next = chargeableCards(cards, now).find(({ id }) => !tried.has(id))
  if (!next) return false
  await openAttempt(tx, { topup, card: next, automatic: true }, now)
  await keepTopupOpen(tx, topup, { status: 'created', nextCheckAt: msAfter(now, LEASE_MS) })
  return true
}

/** Counted and shown to a person; the code itself may hint at theft, so it stays out of the log. */
async function noteUnknownCode(
  tx: Tx,
  { log, clock, newId }: PaymentDeps,
  { account, topup, decline }: Declined,
): Promise<void> {
  log.error({ alert: true, account: account.id, topup: topup.id }, 'declined with a code that is not known')
  await noteFinding(
    tx,
    {
      kind: 'unknown_decline_code',
      subject: decline.declineCode ?? decline.code ?? 'none',
      severity: 'warning',
      evidence: { topup: topup.id },
      account: account.id,
    },
    { id: newId(), now: clock.now() },
  )
}
