import type { EntryItem } from '../db/schema.ts'
import type { ChargedUsage, StatementEntry } from '../db/statement.ts'

/** One line for the customer: what an entry is for. Holds the reason where an operator gave one. */
export function describeEntry({ item, source, usage, reason }: StatementEntry): string {
  const what = usage ? describeUsage(usage) : (describeReversal(source) ?? ITEM_NAMES[item])
  return reason === null ? what : `${what}: ${reason}`
}

/** The same of usage, charged or free. */
export function describeUsage({
  item,
  kind,
  from,
  to,
  segments,
}: Pick<ChargedUsage, 'item' | 'kind' | 'from' | 'to' | 'segments'>): string {
  switch (item) {
    case 'phone_call':
      return kind === 'inbound' ? `Call from ${from} to ${to}` : `Call to ${to}`
    case 'outgoing_text':
      return `Text to ${to}, ${describeSegments(segments)}`
    case 'incoming_text':
      return `Text from ${from}, ${describeSegments(segments)}`
    case 'ring_through_attempt':
      return `Ring-Through attempt to ${to}`
    case 'phone_number':
      return kind === 'renewal' ? `Renewal of number ${to}` : `Purchase of number ${to}`
  }
}

function describeSegments(segments: number | null): string {
  return segments === 1 ? '1 segment' : `${segments} segments`
}

function describeReversal(source: string): string | null {
  const seq = /^reversal\/(\d+)$/.exec(source)?.[1]
  return seq === undefined ? null : `Reversal of entry ${seq}`
}

/** An item in a customer's words; one that this build does not know as it is written. */
export function itemName(item: string): string {
  return ITEM_NAMES[item as EntryItem] ?? item
}

const ITEM_NAMES: Readonly<Record<EntryItem, string>> = {
  funds_added: 'Funds added',
  refund: 'Refund',
  dispute: 'Dispute',
  adjustment: 'Adjustment',
  promotion: 'Promotion',
  phone_call: 'Call',
  outgoing_text: 'Outgoing text',
  incoming_text: 'Incoming text',
  ring_through_attempt: 'Ring-Through attempt',
  phone_number: 'Phone number',
}
