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
  const reserves = await readReserves(db, { accounts: [{ id: account, reserveDays }], priceOf, now })
  return reserves.get(account) ?? ZERO_MICROS
}

/** The same of some accounts whose settings are known; those that set nothing aside are left out. */
export async function readReserves(
  db: Db | Tx,
  { accounts, priceOf, now }: { accounts: readonly ReservingAccount[]; priceOf: PriceOf; now: Date },
): Promise<Map<string, Micros>> {
  const reserving = accounts.filter(({ reserveDays }) => reserveDays > 0)
  if (reserving.length === 0) return new Map()
  const numbers = await listRentedNumbers(
    db,
    reserving.map(({ id }) => id),
  )
  const numbersOf = Map.groupBy(numbers, ({ account }) => account)
  return new Map(
    reserving.map(({ id, reserveDays }) => {
      const priced = (numbersOf.get(id) ?? [])
        .filter(({ anchor }) => isKnownZone(anchor.timeZone))
        .map((number) => ({ ...number, price: priceOf(number, now)?.amount ?? null }))
      return [id, renewalReserve(priced, { days: reserveDays, now })]
    }),
  )
}

interface ReservingAccount {
  readonly id: string
  readonly reserveDays: number
}

/** The same outside a transaction; where nothing is to be set aside, as with most accounts, no rates are looked at. */
export async function loadReserve(
  { db, rateBook }: { db: Db; rateBook: RateBook },
  { account, now }: { account: string; now: Date },
): Promise<Micros> {
  const { reserveDays } = await readRenewalSettings(db, account)
  if (reserveDays === 0) return ZERO_MICROS
  return await readReserve(db, { account, priceOf: await renewalPrices(rateBook, [account]), now })
}
