import { held, type Merchant } from './merchant.ts'
import type { Route } from './route.ts'
import type { BalanceTransaction } from './stripe-objects.ts'

export const balanceTransactionRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/balance_transactions/:id',
    params: [],
    run: ({ merchant, id }) =>
      held(merchant.state.balanceTransactions, id, { object: 'balance transaction' }),
  },
]

export interface Movement {
  readonly type: 'adjustment' | 'charge' | 'refund' | 'refund_failure'
  /** Cents; below zero when money leaves the merchant. */
  readonly amount: number
  /** Cents that Stripe keeps. */
  readonly fee: number
  readonly currency: string
  /** The charge, refund or dispute. */
  readonly source: string
  readonly description: string | null
  readonly reportingCategory: string
}

/** Moves money in or out of the merchant's balance at Stripe. */
export function moveBalance(merchant: Merchant, movement: Movement): BalanceTransaction {
  const { amount, fee, currency, source, description, type } = movement
  const transaction: BalanceTransaction = {
    id: merchant.newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: merchant.nowSeconds(),
    balance_type: 'payments',
    created: merchant.nowSeconds(),
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0 ? [] : [{ amount: fee, application: null, currency, description: null, type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: movement.reportingCategory,
    source,
    status: 'available',
    type,
  }
  merchant.state.balanceTransactions.set(transaction.id, transaction)
  return transaction
}
