/** What a usage record may charge for (CONTRACTS: usage record). */
export const USAGE_ITEMS = [
  'ring_through_attempt',
  'phone_number',
  'phone_call',
  'outgoing_text',
  'incoming_text',
] as const
export type UsageItem = (typeof USAGE_ITEMS)[number]

export const USAGE_KINDS = ['inbound', 'outbound', 'purchase', 'renewal'] as const
export type UsageKind = (typeof USAGE_KINDS)[number]

/** The kinds an item comes in. An item without any carries no kind, in a record and in a rate card. */
export const KINDS_OF_ITEM: Readonly<Record<UsageItem, readonly UsageKind[]>> = {
  ring_through_attempt: [],
  phone_number: ['purchase', 'renewal'],
  phone_call: ['inbound', 'outbound'],
  outgoing_text: [],
  incoming_text: [],
}

export function isText(item: UsageItem): boolean {
  return item === 'outgoing_text' || item === 'incoming_text'
}

/** One call, text, attempt or number event as the telephony stack reported it, checked. */
export interface UsageRecord {
  readonly id: string
  readonly account: string
  readonly item: UsageItem
  /** Set for calls and numbers only. */
  readonly kind: UsageKind | null
  /** E.164 with `+`, or a SIP user; null only where a number event names none. */
  readonly from: string | null
  /** E.164 with `+`, or a short code. */
  readonly to: string
  /** Instant in epoch milliseconds: start of the call, time of the text. */
  readonly occurredAtMs: number
  /** Calls only. */
  readonly durationMs: number | null
  /** Texts only. */
  readonly segments: number | null
  readonly callId: string | null
  readonly holdId: string | null
  readonly tags: Readonly<Record<string, string>> | null
}

/** What rates are found by. */
export type RateQuery = Pick<UsageRecord, 'item' | 'kind' | 'to' | 'occurredAtMs'>

/** What an amount is made of, with the rates: a stored charge keeps these to show and repeat its arithmetic. */
export type Quantities = Pick<UsageRecord, 'item' | 'durationMs' | 'segments'>
