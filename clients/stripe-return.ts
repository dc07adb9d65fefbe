import type { Stripe } from 'stripe'
import { centsToMicros, type Micros } from '../billing/money.ts'

/** Money that goes back to a card because somebody decided so. */
export interface StripeRefund {
  readonly id: string
  readonly paymentId: string | null
  readonly amount: Micros
  readonly status: string
  readonly createdAt: Date
}

/** A chargeback. */
export interface StripeDispute {
  readonly id: string
  readonly paymentId: string | null
  readonly amount: Micros
  readonly status: Stripe.Dispute.Status
  /** What was taken from us for it, and what came back; zero until it moved. Stripe's fee is not part of it. */
  readonly withdrawn: Micros
  readonly reinstated: Micros
  readonly createdAt: Date
}

export function toRefund(refund: Stripe.Refund): StripeRefund {
  return {
    id: refund.id,
    paymentId: idOf(refund.payment_intent),
    amount: centsToMicros(refund.amount),
    status: refund.status ?? 'pending',
    createdAt: new Date(refund.created * 1_000),
  }
}

export function toDispute(dispute: Stripe.Dispute): StripeDispute {
  const movements = dispute.balance_transactions.map(({ amount }) => amount)
  return {
    id: dispute.id,
    paymentId: idOf(dispute.payment_intent),
    amount: centsToMicros(dispute.amount),
    status: dispute.status,
    withdrawn: centsToMicros(-sum(movements.filter((cents) => cents < 0))),
    reinstated: centsToMicros(sum(movements.filter((cents) => cents > 0))),
    createdAt: new Date(dispute.created * 1_000),
  }
}

function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null)
}

function sum(cents: readonly number[]): number {
  return cents.reduce((total, one) => total + one, 0)
}
