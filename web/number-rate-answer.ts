import { z } from 'zod'
import { exampleOf, exampleQuantities } from '../billing/example-price.ts'
import { type RateCards, rateUsage } from '../billing/rating.ts'
import { USAGE_ITEMS, type UsageItem, type UsageKind } from '../billing/usage-record.ts'
import { exampleSchema, kindSchema, priceAnswer, priceSchema } from './rate-answer.ts'

/** What one number costs for an item and kind, as clients see it. */
export const numberRateSchema = z.object({
  item: z.enum(USAGE_ITEMS),
  kind: kindSchema,
  status: z.enum(['priced', 'blocked', 'no_rate']),
  message: z.string().nullable().describe('why it has no price'),
  from: z.enum(['account', 'standard']).nullable(),
  prefix: z.string().nullable(),
  description: z.string().nullable(),
  price: priceSchema.nullable().describe('null for an emergency number that no rate names: it is free'),
  example: exampleSchema.nullable(),
})

/** What an example of this item to the number would be charged now, by the code that charges. */
export function numberRateAnswer(
  { number, item, kind, atMs }: { number: string; item: UsageItem; kind: UsageKind | null; atMs: number },
  cards: RateCards,
): z.infer<typeof numberRateSchema> {
  const charge = rateUsage({ kind, to: number, occurredAtMs: atMs, ...exampleQuantities(item) }, cards)
  if (charge.kind === 'refusal') {
    const status = charge.code === 'destination_blocked' ? 'blocked' : 'no_rate'
    const without = { from: null, prefix: null, description: null, price: null, example: null }
    return { item, kind, status, message: charge.message, ...without }
  }
  const card = charge.from === 'account' ? cards.own : cards.standard
  const set = charge.rateRow === null ? undefined : card?.setOfRow(charge.rateRow)
  return {
    item,
    kind,
    status: 'priced',
    message: null,
    from: charge.from,
    prefix: charge.prefix,
    description: set?.[0].description ?? null,
    price: set ? priceAnswer(set) : null,
    example: exampleOf(item, charge.amount),
  }
}
