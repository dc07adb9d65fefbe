import type { Charge, State } from './stripe-objects.ts'

/** Whose money is asked for: a customer's, or that of all payments with this metadata; all when nothing is given. */
export interface Whose {
  readonly customer?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** What moved between cards and the merchant, in cents, by the stand-in's own books. */
export interface CardLedger {
  captured(whose?: Whose): number
  /** Refunds that did not fail, and disputed money that was not given back. */
  returned(whose?: Whose): number
}

export function createCardLedger({ charges, refunds, disputes }: State): CardLedger {
  const chargesOf = (whose: Whose) => [...charges.values()].filter((charge) => belongsTo(charge, whose))
  return {
    captured: (whose = {}) => sum(chargesOf(whose).map((charge) => charge.amount_captured)),
    returned: (whose = {}) => {
      const ids = new Set(chargesOf(whose).map(({ id }) => id))
      const refunded = [...refunds.values()]
        .filter(({ charge, status }) => ids.has(charge ?? '') && status !== 'failed' && status !== 'canceled')
        .map(({ amount }) => amount)
      const disputed = [...disputes.values()]
        .filter(({ charge }) => ids.has(charge))
        .flatMap((dispute) => dispute.balance_transactions.map(({ amount }) => -amount))
      return sum(refunded) + sum(disputed)
    },
  }
}

function belongsTo(charge: Charge, { customer, metadata = {} }: Whose): boolean {
  if (customer !== undefined && charge.customer !== customer) return false
  return Object.entries(metadata).every(([name, value]) => charge.metadata[name] === value)
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
