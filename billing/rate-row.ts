import { parseInstant } from './instant.ts'
import { type Picos, parsePicos, ZERO_PICOS } from './picos.ts'
import { RATE_SECONDS_MAX, type Rate, ROUNDINGS, type Rounding } from './rate.ts'
import { KINDS_OF_ITEM, USAGE_ITEMS, USAGE_KINDS, type UsageItem, type UsageKind } from './usage-record.ts'

/** The columns a rate card file may have (CONTRACTS: rate card). */
export const RATE_COLUMNS = [
  'item',
  'kind',
  'prefix',
  'setup_fee',
  'rate',
  'per_seconds',
  'increment_seconds',
  'minimum_seconds',
  'from_second',
  'surcharge',
  'round_decimals',
  'rounding',
  'effective_from',
  'effective_to',
  'blocked',
  'account',
  'description',
] as const
export type RateColumn = (typeof RATE_COLUMNS)[number]

/** The columns that put a row into its set. */
export const KEY_COLUMNS: ReadonlySet<string> = new Set<RateColumn>([
  'item',
  'kind',
  'prefix',
  'effective_from',
  'from_second',
])

/** Reads one cell of a data row; an absent column reads as empty. */
export type ReadCell = (column: RateColumn) => string

export interface CellFault {
  readonly column: RateColumn
  readonly message: string
}

/** Reads the rate in a data row, an empty cell as its column's default, and reports every bad cell. A bad cell leaves
 *  its field at some value: such a rate serves to find more faults only. `row` is the row's number in its file, from 1. */
export function readRate(cell: ReadCell, row: number): { rate: Rate; faults: readonly CellFault[] } {
  const read = new CellReader(cell)
  const item = read.item()
  const rate: Rate = {
    row,
    item: item ?? 'phone_call',
    kind: read.kindOf(item),
    prefix: read.prefix(),
    setupFee: read.price('setup_fee'),
    rate: read.price('rate'),
    surcharge: read.price('surcharge'),
    perSeconds: read.whole('per_seconds', { empty: 60, min: 1, max: RATE_SECONDS_MAX }),
    incrementSeconds: read.whole('increment_seconds', { empty: 60, min: 1, max: RATE_SECONDS_MAX }),
    minimumSeconds: read.whole('minimum_seconds', { empty: 0, min: 0, max: RATE_SECONDS_MAX }),
    fromSecond: read.whole('from_second', { empty: 0, min: 0, max: RATE_SECONDS_MAX }),
    roundDecimals: read.whole('round_decimals', { empty: 6, min: 0, max: 6 }),
    rounding: read.rounding(),
    effectiveFromMs: read.instant('effective_from'),
    effectiveToMs: read.instant('effective_to'),
    blocked: read.blocked(),
    description: read.description(),
  }
  const { effectiveFromMs, effectiveToMs } = rate
  if (effectiveFromMs !== null && effectiveToMs !== null && effectiveToMs <= effectiveFromMs) {
    read.refuse('effective_to', 'must be later than effective_from')
  }
  return { rate, faults: read.faults }
}

/** Digits of an E.164 prefix, or the marks for short codes. */
const PREFIX = /^(?:[1-9]\d{0,14}|short:(?:\d{2,8})?)?$/

class CellReader {
  readonly faults: CellFault[] = []
  readonly #cell: ReadCell

  constructor(cell: ReadCell) {
    this.#cell = cell
  }

  refuse(column: RateColumn, message: string): void {
    this.faults.push({ column, message })
  }

  item(): UsageItem | null {
    const text = this.#cell('item')
    const item = USAGE_ITEMS.find((known) => known === text)
    if (!item) this.refuse('item', `must be one of ${USAGE_ITEMS.join(', ')}`)
    return item ?? null
  }

  /** Takes any kind where the item is unknown: that fault is enough. */
  kindOf(item: UsageItem | null): UsageKind | null {
    const text = this.#cell('kind')
    if (text === '') return null
    const kinds = item ? KINDS_OF_ITEM[item] : USAGE_KINDS
    const kind = kinds.find((known) => known === text)
    if (!kind) this.refuse('kind', `must be ${['empty', ...kinds].join(' or ')} for ${item}`)
    return kind ?? null
  }

  prefix(): string {
    const text = this.#cell('prefix')
    if (!PREFIX.test(text)) {
      this.refuse(
        'prefix',
        'must be up to 15 digits of E.164 without +, or short: with none or 2 to 8 digits',
      )
    }
    return text
  }

  price(column: RateColumn): Picos {
    const text = this.#cell(column)
    const price = text === '' || text === '0' ? ZERO_PICOS : parsePicos(text)
    if (price === null) {
      this.refuse(column, 'must be a number such as 0.0049: no sign, at most 12 decimals, at most 9223372')
    }
    return price ?? ZERO_PICOS
  }

  whole(column: RateColumn, { empty, min, max }: { empty: number; min: number; max: number }): number {
    const text = this.#cell(column)
    if (text === '') return empty
    const value = /^\d{1,10}$/.test(text) ? Number(text) : -1
    if (value < min || value > max) this.refuse(column, `must be a whole number from ${min} to ${max}`)
    return value
  }

  rounding(): Rounding {
    const text = this.#cell('rounding')
    const rounding = text === '' ? 'half_even' : ROUNDINGS.find((known) => known === text)
    if (!rounding) this.refuse('rounding', `must be one of ${ROUNDINGS.join(', ')}`)
    return rounding ?? 'half_even'
  }

  instant(column: RateColumn): number | null {
    const text = this.#cell(column)
    if (text === '') return null
    const instant = parseInstant(text)
    if (instant === null)
      this.refuse(column, 'must be an ISO 8601 instant with offset, such as 2026-01-01T00:00:00Z')
    return instant
  }

  blocked(): boolean {
    const text = this.#cell('blocked')
    if (text !== '' && text !== 'true' && text !== 'false') this.refuse('blocked', 'must be true or false')
    return text === 'true'
  }

  description(): string {
    const text = this.#cell('description')
    if (text.includes('\0')) this.refuse('description', 'must not hold a NUL character')
    return text
  }
}
