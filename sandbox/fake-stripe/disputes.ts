import { moveBalance } from './balance-transactions.ts'
import { listPage } from './list-page.ts'
import { held, type Merchant } from './merchant.ts'
import { text } from './params.ts'
import { PAGING, type Route } from './route.ts'
import type { Charge, Dispute } from './stripe-objects.ts'

const FEE_CENTS = 1_500
const DAYS_TO_ANSWER = 20
const DAY_SECONDS = 86_400

export const disputeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/disputes',
    params: [...PAGING, 'charge', 'payment_intent'],
    run: ({ merchant, params }) => {
      const charge = text(params, 'charge')
      const intent = text(params, 'payment_intent')
      const found = [...merchant.state.disputes.values()].filter(
        (dispute) =>
          (charge === undefined || dispute.charge === charge) &&
          (intent === undefined || dispute.payment_intent === intent),
      )
      return listPage(found, { params, url: '/v1/disputes' })
    },
  },
  { method: 'GET', path: '/v1/disputes/:id', params: [], run: ({ merchant, id }) => disputeOf(merchant, id) },
]

export function disputeOf(merchant: Merchant, id: string): Dispute {
  return held(merchant.state.disputes, id, { object: 'dispute' })
}

/** The bank takes the money of a charge back; with `isInquiry` it only asks. */
export function openDispute(
  merchant: Merchant,
  charge: Charge,
  { amount = charge.amount_captured - charge.amount_refunded, reason = 'fraudulent', isInquiry = false } = {},
): Dispute {
  const dispute: Dispute = {
    id: merchant.newId('dp'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: merchant.nowSeconds(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: merchant.nowSeconds() + DAYS_TO_ANSWER * DAY_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'manual',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  }
  merchant.state.disputes.set(dispute.id, dispute)
  charge.disputed = true
  merchant.emit('charge.dispute.created', dispute)
  if (!isInquiry) moveDisputed(merchant, dispute, 'withdrawn')
  return dispute
}

/** The bank decides. Money comes back with a dispute that is won; an inquiry took none. */
export function closeDispute(merchant: Merchant, dispute: Dispute, verdict: 'lost' | 'won'): void {
  const isInquiry = dispute.status.startsWith('warning')
  dispute.status = isInquiry ? 'warning_closed' : verdict
  if (!isInquiry && verdict === 'won') moveDisputed(merchant, dispute, 'reinstated')
  merchant.emit('charge.dispute.closed', dispute)
}

function moveDisputed(merchant: Merchant, dispute: Dispute, direction: 'reinstated' | 'withdrawn'): void {
  const isWithdrawn = direction === 'withdrawn'
  const transaction = moveBalance(merchant, {
    type: 'adjustment',
    amount: isWithdrawn ? -dispute.amount : dispute.amount,
    fee: isWithdrawn ? FEE_CENTS : 0,
    currency: dispute.currency,
    source: dispute.id,
    description: `Chargeback ${direction} for ${dispute.charge}`,
    reportingCategory: isWithdrawn ? 'dispute' : 'dispute_reversal',
  })
  dispute.balance_transactions.push(transaction)
  merchant.emit(isWithdrawn ? 'charge.dispute.funds_withdrawn' : 'charge.dispute.funds_reinstated', dispute)
}

const NO_EVIDENCE: Dispute['evidence'] = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
}
