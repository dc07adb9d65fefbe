import { formatUsd, type Micros } from './money.ts'
import type { RateSet } from './rate-set.ts'
import { rateBySet } from './rating.ts'
import { isText, type Quantities, type UsageItem } from './usage-record.ts'

export interface ExamplePrice {
  /** One sentence for the customer, such as "a call of 1 minute costs 0.021000". */
  readonly text: string
  /** USD with six places. */
  readonly amount: string
}

const MINUTE_MS = 60_000

/** What an example of an item is made of: a call of a minute, a text of one segment. */
export function exampleQuantities(item: UsageItem): Quantities {
  return { item, durationMs: item === 'phone_call' ? MINUTE_MS : null, segments: isText(item) ? 1 : null }
}

const EXAMPLES: Readonly<Record<UsageItem, string>> = {
  phone_call: 'a call of 1 minute',
  outgoing_text: 'a text of 1 segment',
  incoming_text: 'a text of 1 segment',
  ring_through_attempt: 'an attempt',
  phone_number: 'a number',
}

/** Tells what an example of an item costs. */
export function exampleOf(item: UsageItem, amount: Micros): ExamplePrice {
  return { text: `${EXAMPLES[item]} costs ${formatUsd(amount)}`, amount: formatUsd(amount) }
}

/** What an example costs by a set of rates. Null where it is blocked, or more than an entry can hold. */
export function examplePrice(set: RateSet): ExamplePrice | null {
  const [{ item, blocked }] = set
  const priced = blocked ? null : rateBySet(exampleQuantities(item), set)
  return priced && exampleOf(item, priced.amount)
}
