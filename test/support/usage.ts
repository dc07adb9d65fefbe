import { picos } from '../../billing/picos.ts'
import type { Rate } from '../../billing/rate.ts'
import type { UsageItem, UsageKind } from '../../billing/usage-record.ts'
import type { Clock } from '../../config/clock.ts'
import { createAccount } from '../../db/accounts.ts'
import type { Db } from '../../db/connect.ts'
import { importRateCard } from '../../db/rate-cards.ts'

/** One cent a second, billed by the second: 63 000 ms cost 0.63 USD. */
const CENT_PICOS = 10_000_000_000n

/** A usage record as a producer sends it: an answered call of 63 seconds unless told otherwise. */
export function callRecord(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    id: 'call-1',
    account: 'acct_a',
    item: 'phone_call',
    kind: 'outbound',
    from: '+12025550123',
    to: '+14155550199',
    occurredAt: '2026-03-02T11:00:00Z',
    durationMs: 63_000,
    ...fields,
  }
}

/** Opens accounts with an empty balance. */
export async function openAccounts(db: Db, clock: Clock, ids: readonly string[]): Promise<void> {
  for (const id of ids) await createAccount(db, { id, timeZone: 'America/New_York' }, clock.now())
}

/** A standard card with one rate an item for all numbers, but for prefix 1900, which is blocked. */
export async function importFlatCard(db: Db, clock: Clock, pricePicos = CENT_PICOS): Promise<void> {
  const items: [UsageItem, UsageKind | null][] = [
    ['phone_call', null],
    ['outgoing_text', null],
    ['incoming_text', null],
    ['ring_through_attempt', null],
    ['phone_number', 'purchase'],
  ]
  const rates = items.map(([item, kind], index) =>
    flatRate({ row: index + 1, item, kind, rate: picos(pricePicos) }),
  )
  const blocked = flatRate({ row: rates.length + 1, item: 'phone_call', prefix: '1900', blocked: true })
  await importRateCard(db, { name: 'standard', account: null, rates: [...rates, blocked] }, clock.now())
}

/** A rate by the second with everything else at its default. */
export function flatRate(fields: Pick<Rate, 'row' | 'item'> & Partial<Rate>): Rate {
  return {
    kind: null,
    prefix: '',
    setupFee: picos(0n),
    rate: picos(0n),
    surcharge: picos(0n),
    perSeconds: 1,
    incrementSeconds: 1,
    minimumSeconds: 0,
    fromSecond: 0,
    roundDecimals: 6,
    rounding: 'half_even',
    effectiveFromMs: null,
    effectiveToMs: null,
    blocked: false,
    description: '',
    ...fields,
  }
}
