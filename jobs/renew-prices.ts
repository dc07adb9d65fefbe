import type { Micros } from '../billing/money.ts'
import { rateUsage } from '../billing/rating.ts'
import type { NumberKey } from '../db/phone-numbers.ts'
import type { RateBook } from './rate-book.ts'

/** What one month of a number costs, and the rate that says so. */
export interface RenewalPrice {
  readonly amount: Micros
  readonly rateVersionId: number
  readonly rateRow: number
}

/** The price of the month of a number that begins at an instant; null where no rate covers it then. */
export type PriceOf = (key: NumberKey, startsAt: Date) => RenewalPrice | null

/** Prices by the cards in force: the account's own before the standard card. Loads them, so it goes before a transaction. */
export async function renewalPrices(rateBook: RateBook, accounts: Iterable<string>): Promise<PriceOf> {
  const cardsOf = await rateBook.cardsFor(accounts)
  return ({ account, number }, startsAt) => {
    const record = { ...RENEWAL, account, to: number, occurredAtMs: startsAt.getTime() }
    const charge = rateUsage(record, cardsOf(account))
    if (charge.kind === 'refusal' || charge.versionId === null || charge.rateRow === null) return null
    return { amount: charge.amount, rateVersionId: charge.versionId, rateRow: charge.rateRow }
  }
}

/** A renewal as a usage record would say it. */
const RENEWAL = {
  id: 'renewal',
  item: 'phone_number',
  kind: 'renewal',
  from: null,
  durationMs: null,
  segments: null,
  callId: null,
  holdId: null,
  tags: null,
} as const
