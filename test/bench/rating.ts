import { parseUsageRecord } from '../../billing/parse-usage-record.ts'
import { buildRateCard } from '../../billing/rate-card.ts'
import { parseRateCard } from '../../billing/rate-card-csv.ts'
import { rateUsage } from '../../billing/rating.ts'
import type { UsageRecord } from '../../billing/usage-record.ts'
import { DEFAULT_EMERGENCY_NUMBERS } from '../../config/emergency-numbers.ts'

const RATES = 50_000
const RECORDS = 20_000
const ROUNDS = 15

export interface RatingFigures {
  /** Checked records to charges, one core, a standard card of 50 000 rates. */
  readonly recordsPerSecond: number
  /** The card's CSV to its index. */
  readonly cardLoadMs: number
  readonly lookupNs: number
  /** A raw record, as JSON.parse gives it, to a checked one. */
  readonly parseNs: number
}

/** Measures rating alone: no queue, no database. The best of some rounds, for the machine may be busy with others. */
export function measureRating(): RatingFigures {
  const csv = Buffer.from(cardCsv())
  const startedMs = performance.now()
  const read = parseRateCard(csv, { account: null })
  if ('faults' in read) throw new Error(`the bench's own card is refused: ${read.faults[0]?.message}`)
  const standard = buildRateCard(1, read.rates)
  const cardLoadMs = performance.now() - startedMs

  const raws = Array.from({ length: RECORDS }, (_, index): unknown => JSON.parse(rawRecord(index)))
  const records = raws.map(parse)
  const cards = { own: null, standard, emergencyNumbers: DEFAULT_EMERGENCY_NUMBERS }
  const rateNs = nsPerCall(records, (record) => {
    if (rateUsage(record, cards).kind === 'refusal') throw new Error(`no rate for ${record.to}`)
  })
  const lookupNs = nsPerCall(records, (record) => standard.matching(record))
  const parseNs = nsPerCall(raws, parse)
  return {
    recordsPerSecond: Math.round(1e9 / rateNs),
    cardLoadMs: Math.round(cardLoadMs),
    lookupNs: Math.round(lookupNs),
    parseNs: Math.round(parseNs),
  }
}

function nsPerCall<Input>(inputs: readonly Input[], call: (input: Input) => unknown): number {
  let best = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now()
    for (const input of inputs) call(input)
    best = Math.min(best, performance.now() - startedMs)
  }
  return (best * 1e6) / inputs.length
}

/** A catch-all and 49 999 prefixes of 3 to 7 digits, a third of them inside another one. */
function cardCsv(): string {
  const lines = ['item,kind,prefix,setup_fee,rate,per_seconds,increment_seconds,minimum_seconds,description']
  lines.push('phone_call,outbound,,0,0.1,60,60,60,Everywhere')
  const prefixes = new Set<string>()
  for (let n = 0; prefixes.size < RATES - 1; n++) prefixes.add(scatteredDigits(n).slice(0, 3 + (n % 5)))
  for (const prefix of prefixes)
    lines.push(`phone_call,outbound,${prefix},0.01,0.0049,60,6,30,"Prefix ${prefix}"`)
  return lines.join('\n')
}

function rawRecord(index: number): string {
  return JSON.stringify({
    id: `1706372196.${index}#${index % 7}`,
    account: `acct_${index % 500}`,
    item: 'phone_call',
    kind: 'outbound',
    from: '+12035550100',
    to: `+${scatteredDigits(index)}`,
    occurredAt: '2026-11-05T14:00:00.250-05:00',
    durationMs: (index * 7919) % 600_000,
    tags: { agent: 'a17', campaign: 'spring' },
  })
}

function parse(raw: unknown): UsageRecord {
  const parsed = parseUsageRecord(raw)
  if ('fault' in parsed) throw new Error(`the bench's own record is refused: ${parsed.fault.message}`)
  return parsed.record
}

/** Eleven digits that begin with 1 to 9, spread evenly, the same ones every time. */
function scatteredDigits(n: number): string {
  return String(10_000_000_000 + ((n * 61_803_398_875) % 90_000_000_000))
}
