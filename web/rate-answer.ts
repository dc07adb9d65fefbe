import { z } from 'zod'
import { countryOfPrefix } from '../billing/calling-country.ts'
import { examplePrice } from '../billing/example-price.ts'
import { formatPicos } from '../billing/picos.ts'
import type { ListedRate } from '../billing/rate-list.ts'
import type { RateSet } from '../billing/rate-set.ts'
import { isText, USAGE_ITEMS, USAGE_KINDS } from '../billing/usage-record.ts'
import { money, time } from './answer-fields.ts'

/** USD with six to twelve places, as a rate card has it. */
const unitPrice = z.string().regex(/^\d+\.\d{6,12}$/)

export const priceSchema = z.object({
  unit: z.enum(['time', 'segment', 'event']).describe('what the rate is for'),
  slots: z
    .array(z.object({ fromSecond: z.int(), rate: unitPrice, perSeconds: z.int(), incrementSeconds: z.int() }))
    .describe('one for each stretch of a call; a single one otherwise'),
  setupFee: unitPrice,
  surcharge: unitPrice,
  minimumSeconds: z.int(),
})

export const countrySchema = z.object({ code: z.string(), name: z.string() })
export const exampleSchema = z.object({ text: z.string(), amount: money })
export const kindSchema = z.enum(USAGE_KINDS).nullable()

const statusSchema = z.enum(['priced', 'blocked'])

/** A rate as clients see it. */
export const rateSchema = z.object({
  item: z.enum(USAGE_ITEMS),
  kind: kindSchema.describe('null for every kind'),
  prefix: z.string().describe('digits of E.164, empty for every number; `short:` for short codes'),
  country: countrySchema.nullable(),
  description: z.string(),
  from: z.enum(['account', 'standard']),
  status: statusSchema,
  price: priceSchema.nullable().describe('null where blocked'),
  example: exampleSchema.nullable(),
  effectiveTo: time.nullable().describe('when it ends, unless something takes its place before'),
  change: z
    .object({
      at: time,
      status: statusSchema,
      price: priceSchema.nullable(),
      example: exampleSchema.nullable(),
    })
    .nullable()
    .describe('what takes its place'),
})

export function rateAnswer({ from, set, next }: ListedRate): z.infer<typeof rateSchema> {
  const [{ item, kind, prefix, description, effectiveToMs }] = set
  const startsAtMs = next?.[0].effectiveFromMs ?? null
  return {
    item,
    kind,
    prefix,
    country: countryOfPrefix(prefix),
    description,
    from,
    ...pricedBy(set),
    effectiveTo: effectiveToMs === null ? null : new Date(effectiveToMs).toISOString(),
    change:
      next === null || startsAtMs === null
        ? null
        : { at: new Date(startsAtMs).toISOString(), ...pricedBy(next) },
  }
}

function pricedBy(set: RateSet) {
  const status: z.infer<typeof statusSchema> = set[0].blocked ? 'blocked' : 'priced'
  return { status, price: priceAnswer(set), example: examplePrice(set) }
}

/** Null where blocked. */
export function priceAnswer(set: RateSet): z.infer<typeof priceSchema> | null {
  const [{ item, setupFee, surcharge, minimumSeconds, blocked }] = set
  if (blocked) return null
  const unit = isText(item) ? 'segment' : item === 'phone_call' ? 'time' : 'event'
  return {
    unit,
    slots: set.map(({ fromSecond, rate, perSeconds, incrementSeconds }) => ({
      fromSecond,
      rate: formatPicos(rate),
      perSeconds,
      incrementSeconds,
    })),
    setupFee: formatPicos(setupFee),
    surcharge: formatPicos(surcharge),
    minimumSeconds,
  }
}
