import { moveBalance } from './balance-transactions.ts'
import { chargeOf } from './charges.ts'
import type { Form } from './form.ts'
import { listPage } from './list-page.ts'
import { held, type Merchant } from './merchant.ts'
import { integer, metadata, oneOf, text } from './params.ts'
import { knownOf, paymentMethodOf } from './payment-methods.ts'
import { PAGING, type Route } from './route.ts'
import type { Charge, Refund } from './stripe-objects.ts'
import { badParam, badState, missingParam } from './stripe-refusal.ts'

const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const

export const refundRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/refunds',
    params: ['amount', 'charge', 'metadata', 'payment_intent', 'reason'],
    run: ({ merchant, params }) => createRefund(merchant, params),
  },
  {
    method: 'GET',
    path: '/v1/refunds',
    params: [...PAGING, 'charge', 'payment_intent'],
    run: ({ merchant, params }) => {
      const charge = text(params, 'charge')
      const intent = text(params, 'payment_intent')
      const found = [...merchant.state.refunds.values()].filter(
        (refund) =>
          (charge === undefined || refund.charge === charge) &&
          (intent === undefined || refund.payment_intent === intent),
      )
      return listPage(found, { params, url: '/v1/refunds' })
    },
  },
  { method: 'GET', path: '/v1/refunds/:id', params: [], run: ({ merchant, id }) => refundOf(merchant, id) },
]

export function refundOf(merchant: Merchant, id: string): Refund {
  return held(merchant.state.refunds, id, { object: 'refund' })
}

/** `POST /v1/refunds`: gives back what is left of a charge, or a part of it. */
export function createRefund(merchant: Merchant, params: Form): Refund {
  const charge = refundedCharge(merchant, params)
  const left = charge.amount_captured - charge.amount_refunded
  const amount = integer(params, 'amount') ?? left
  refuseOverRefund(charge, amount, left)

  const method = paymentMethodOf(merchant, charge.payment_method ?? '')
  const fate = knownOf(merchant, method).testCard.refunds
  const refund: Refund = {
    id: merchant.newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: merchant.nowSeconds(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    metadata: metadata(params),
    payment_intent: charge.payment_intent,
    payment_method: method.id,
    reason: oneOf(params, 'reason', REASONS) ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: fate === 'stay_pending' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  }
  merchant.state.refunds.set(refund.id, refund)
  refund.balance_transaction = moveRefund(merchant, refund, 'refund')
  addRefunded(charge, amount)
  merchant.emit('refund.created', refund)
  merchant.emit('charge.refunded', charge)
  if (fate === 'fail') failRefund(merchant, refund, 'expired_or_canceled_card')
  return refund
}

/** A pending refund reaches the customer. */
export function completeRefund(merchant: Merchant, refund: Refund): void {
  refund.status = 'succeeded'
  tellUpdate(merchant, refund)
}

/** The customer's bank sends a refund back, pending or thought to have succeeded: the money is the merchant's again. */
export function failRefund(merchant: Merchant, refund: Refund, reason: string): void {
  Object.assign(refund, {
    status: 'failed',
    failure_reason: reason,
    failure_balance_transaction: moveRefund(merchant, refund, 'refund_failure'),
  } satisfies Partial<Refund>)
  addRefunded(chargeOf(merchant, refund.charge ?? ''), -refund.amount)
  tellUpdate(merchant, refund)
  merchant.emit('refund.failed', refund)
}

function tellUpdate(merchant: Merchant, refund: Refund): void {
  merchant.emit('refund.updated', refund)
  merchant.emit('charge.refund.updated', refund)
}

function refundedCharge(merchant: Merchant, params: Form): Charge {
  const chargeId = text(params, 'charge')
  if (chargeId) return chargeOf(merchant, chargeId, 'charge')
  const intentId = text(params, 'payment_intent')
  if (!intentId) throw missingParam('payment_intent')
  const intent = held(merchant.state.paymentIntents, intentId, {
    object: 'payment_intent',
    param: 'payment_intent',
  })
  if (intent.status === 'succeeded' && intent.latest_charge !== null) {
    return chargeOf(merchant, intent.latest_charge)
  }
  const message = `This PaymentIntent (${intentId}) does not have a successful charge to refund.`
  throw badState('payment_intent_unexpected_state', message, { param: 'payment_intent' })
}

function refuseOverRefund(charge: Charge, amount: number, left: number): void {
  if (charge.disputed) {
    const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`
    throw badState('charge_disputed', message)
  }
  if (left === 0) {
    throw badState('charge_already_refunded', `Charge ${charge.id} has already been refunded.`)
  }
  if (amount < 1) throw badParam('amount', 'Invalid positive integer', 'parameter_invalid_integer')
  if (amount > left) {
    const message = `Refund amount ($${dollars(amount)}) is greater than unrefunded amount on charge ($${dollars(left)})`
    throw badParam('amount', message)
  }
}

function dollars(cents: number): string {
  return (cents / 100).toFixed(2)
}

function addRefunded(charge: Charge, amount: number): void {
  charge.amount_refunded += amount
  charge.refunded = charge.amount_refunded === charge.amount_captured
}

function moveRefund(merchant: Merchant, refund: Refund, type: 'refund' | 'refund_failure'): string {
  return moveBalance(merchant, {
    type,
    amount: type === 'refund' ? -refund.amount : refund.amount,
    fee: 0,
    currency: refund.currency,
    source: refund.id,
    description: null,
    reportingCategory: type,
  }).id
}
