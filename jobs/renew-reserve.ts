import { type Micros, ZERO_MICROS } from '../billing/money.ts'
import { renewalReserve } from '../billing/renewal-reserve.ts'
import { isKnownZone } from '../billing/renewal-zone.ts'
import type { Db } from '../db/connect.ts'
import { listRentedNumbers } from '../db/phone-numbers.ts'
import { readRenewalSettings } from '../db/renewal-settings.ts'
import type { Tx } from '../db/transaction.ts'
import type { RateBook } from './rate-book.ts'
import { type PriceOf, renewalPrices } from './renew-prices.ts'

/** What of an account's credit is set aside for its renewals, by today's rates; nothing unless its settings say so. */
export async function readReserve(
  db: Db | Tx,
  { account, priceOf, now }: { account: string; priceOf: PriceOf; now: Date },
): Promise<Micros> {
  const { reserveDays } = await readRenewalSettings(db, account)
  if (reserveDays === 0) return ZERO_MICROS
  const numbers = await listRentedNumbers(db, account)
  return renewalReserve(
    numbers
      .filter(({ anchor }) => isKnownZone(anchor.timeZone))
      .map((number) => ({ ...number, price: priceOf(number, now)?.amount ?? null })),
    { days: reserveDays, now },
  )
}

/** The same outside a transaction. */
export async function loadReserve(
  { db, rateBook }: { db: Db; rateBook: RateBook },
  { account, now }: { account: string; now: Date },
): Promise<Micros> {
  return await readReserve(db, { account, priceOf: await renewalPrices(rateBook, [account]), now })
}
