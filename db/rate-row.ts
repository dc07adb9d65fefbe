import type { Selectable } from 'kysely'
import { picos } from '../billing/picos.ts'
import type { Rate } from '../billing/rate.ts'
import type { Database } from './schema.ts'

/** A row of `rates` as billing data. */
export function toRate(row: Selectable<Database['rates']>): Rate {
  return {
    row: row.row,
    item: row.item,
    kind: row.kind,
    prefix: row.prefix,
    setupFee: picos(row.setup_fee_picos),
    rate: picos(row.rate_picos),
    surcharge: picos(row.surcharge_picos),
    perSeconds: row.per_seconds,
    incrementSeconds: row.increment_seconds,
    minimumSeconds: row.minimum_seconds,
    fromSecond: row.from_second,
    roundDecimals: row.round_decimals,
    rounding: row.rounding,
    effectiveFromMs: row.effective_from?.getTime() ?? null,
    effectiveToMs: row.effective_to?.getTime() ?? null,
    blocked: row.blocked,
    description: row.description,
  }
}
