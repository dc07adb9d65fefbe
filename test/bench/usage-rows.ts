import { createHash } from 'node:crypto'

export const ACCOUNTS = 1_000

/** Long past, so that no clock finds the rows ahead of it. */
const FIRST_OCCURS_AT_MS = Date.parse('2026-01-05T08:00:00Z')
const GAP_MS = 20

/** A usage record as a producer sends it (CONTRACTS: usage record); every one of them costs something. */
export interface UsageRow {
  readonly id: string
  readonly account: string
  readonly item: 'phone_call' | 'outgoing_text'
  readonly kind?: 'outbound'
  readonly from: string
  readonly to: string
  readonly occurredAt: string
  readonly durationMs?: number
  readonly segments?: number
}

export function accountId(n: number): string {
  return `acct_${String(n).padStart(4, '0')}`
}

/**
 * The usage of a stretch of time in its order, the same at every call: four calls to one text, accounts and numbers
 * spread evenly. Ids look like Twilio's: 34 characters, scattered, which is the hardest case for an index.
 */
export function usageRows(range: { first: number; count: number; accounts: number }): UsageRow[] {
  return Array.from({ length: range.count }, (_, index) => usageRow(range.first + index, range.accounts))
}

function usageRow(n: number, accounts: number): UsageRow {
  const hash = createHash('md5').update(String(n)).digest()
  const common = {
    id: `CA${hash.toString('hex')}`,
    account: accountId(hash.readUInt32LE(0) % accounts),
    from: '+12035550100',
    to: `+${scatteredDigits(n)}`,
    occurredAt: new Date(FIRST_OCCURS_AT_MS + n * GAP_MS).toISOString(),
  }
  return hash.readUInt8(4) % 5 === 0
    ? { ...common, item: 'outgoing_text', segments: 1 + (n % 3) }
    : {
        ...common,
        item: 'phone_call',
        kind: 'outbound',
        durationMs: 1_000 + (hash.readUInt32LE(8) % 600_000),
      }
}

/** A standard card (CONTRACTS: rate card): texts, a catch-all for calls, and the rest prefixes of 3 to 7 digits. */
export function cardCsv(rates: number): string {
  const prefixes = new Set<string>()
  for (let n = 0; prefixes.size < rates - 2; n++) prefixes.add(scatteredDigits(n).slice(0, 3 + (n % 5)))
  return [
    'item,kind,prefix,setup_fee,rate,per_seconds,increment_seconds,minimum_seconds',
    'outgoing_text,,,0,0.0083,60,60,0',
    'phone_call,outbound,,0,0.1,60,60,60',
    ...[...prefixes].map((prefix) => `phone_call,outbound,${prefix},0.01,0.0049,60,6,30`),
  ].join('\n')
}

/** Eleven digits that begin with 1 to 9, spread evenly. */
function scatteredDigits(n: number): string {
  return String(10_000_000_000 + ((n * 61_803_398_875) % 90_000_000_000))
}
