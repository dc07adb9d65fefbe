import { ZERO_PICOS } from '../../billing/picos.ts'
import type { Rate } from '../../billing/rate.ts'
import { buildRateCard, type RateCard } from '../../billing/rate-card.ts'
import { parseRateCard } from '../../billing/rate-card-csv.ts'
import type { RateCards } from '../../billing/rating.ts'
import type { UsageRecord } from '../../billing/usage-record.ts'

/** A checked call of one minute to a number in Connecticut. */
export function aCall(fields: Partial<UsageRecord> = {}): UsageRecord {
  return {
    id: 'call-1',
    account: 'acct_1',
    item: 'phone_call',
    kind: 'outbound',
    from: '+12035550100',
    to: '+12035550123',
    occurredAtMs: Date.parse('2026-11-05T14:00:00Z'),
    durationMs: 60_000,
    segments: null,
    callId: null,
    holdId: null,
    tags: null,
    ...fields,
  }
}

/** A checked text of one segment. */
export function aText(fields: Partial<UsageRecord> = {}): UsageRecord {
  return aCall({ id: 'text-1', item: 'outgoing_text', kind: null, durationMs: null, segments: 1, ...fields })
}

/** A row that prices every call at nothing. */
export function aRate(fields: Partial<Rate> = {}): Rate {
  return {
    row: 1,
    item: 'phone_call',
    kind: null,
    prefix: '',
    setupFee: ZERO_PICOS,
    rate: ZERO_PICOS,
    surcharge: ZERO_PICOS,
    perSeconds: 60,
    incrementSeconds: 60,
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

/** What a record is rated by where there are no own rates and no emergency numbers. */
export function standardOnly(standard: RateCard | null): RateCards {
  return { own: null, standard, emergencyNumbers: NO_EMERGENCY_NUMBERS }
}

export const NO_EMERGENCY_NUMBERS: ReadonlySet<string> = new Set()

/** A card of CSV lines, header first. Throws where the file would be refused. */
export function cardOf(lines: readonly string[], { versionId = 1 } = {}): RateCard {
  const read = parseRateCard(Buffer.from(lines.join('\n')), { account: null })
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return buildRateCard(versionId, read.rates)
}
