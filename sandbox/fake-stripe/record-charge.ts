import { moveBalance } from './balance-transactions.ts'
import { type Decline, wordsOf } from './decline-codes.ts'
import type { Merchant } from './merchant.ts'
import { APPROVED, refusedOutcome } from './refused-card.ts'
import type { Charge, PaymentIntent, PaymentMethod } from './stripe-objects.ts'

/** What came of sending a payment to the card. */
export type ChargeResult =
  | { readonly kind: 'captured' }
  | { readonly kind: 'authorized' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly decline: Decline }

/** Records a new try at a card. */
export function recordCharge(
  merchant: Merchant,
  { intent, method, result }: { intent: PaymentIntent; method: PaymentMethod; result: ChargeResult },
): Charge {
  const id = merchant.newId('ch')
  const charge: Charge = {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: structuredClone(method.billing_details),
    calculated_statement_descriptor: null,
    captured: false,
    created: merchant.nowSeconds(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: detailsOf(method),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'pending',
    transfer_data: null,
    transfer_group: null,
  }
  merchant.state.charges.set(id, charge)
  settleCharge(merchant, charge, result)
  return charge
}

/** What a charge comes to: at once, or days later when it was pending. */
export function settleCharge(merchant: Merchant, charge: Charge, result: ChargeResult): void {
  switch (result.kind) {
    case 'pending':
      merchant.emit('charge.pending', charge)
      return
    case 'refused': {
      const { code, message } = wordsOf(result.decline.declineCode)
      const outcome = refusedOutcome(result.decline)
      Object.assign(charge, { status: 'failed', failure_code: code, failure_message: message, outcome })
      merchant.emit('charge.failed', charge)
      return
    }
    case 'authorized':
      Object.assign(charge, { status: 'succeeded', paid: true, outcome: APPROVED })
      merchant.emit('charge.succeeded', charge)
      return
    case 'captured':
      Object.assign(charge, { status: 'succeeded', paid: true, outcome: APPROVED })
      takeMoney(merchant, charge, charge.amount)
      merchant.emit('charge.succeeded', charge)
  }
}

/** Captures this many cents of a charge. */
export function takeMoney(merchant: Merchant, charge: Charge, amount: number): void {
  const transaction = moveBalance(merchant, {
    type: 'charge',
    amount,
    fee: Math.round(amount * 0.029) + 30,
    currency: charge.currency,
    source: charge.id,
    description: charge.description,
    reportingCategory: 'charge',
  })
  Object.assign(charge, {
    captured: true,
    amount_captured: amount,
    balance_transaction: transaction.id,
  } satisfies Partial<Charge>)
}

function detailsOf({ card }: PaymentMethod): Charge['payment_method_details'] {
  if (!card) return null
  return {
    type: 'card',
    card: {
      amount_authorized: null,
      authorization_code: null,
      brand: card.brand,
      checks: card.checks,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_transaction_id: null,
      regulated_status: 'unregulated',
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  }
}
