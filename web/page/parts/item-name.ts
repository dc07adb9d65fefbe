/** The items of the ledger in a customer's words. */
export const ITEM_NAMES = {
  phone_call: 'Calls',
  ring_through_attempt: 'Ring-Through attempts',
  outgoing_text: 'Outgoing texts',
  incoming_text: 'Incoming texts',
  phone_number: 'Phone numbers',
  funds_added: 'Funds added',
  refund: 'Refunds',
  dispute: 'Disputes',
  adjustment: 'Adjustments',
  promotion: 'Promotions',
} as const

/** The name of an item; one that this page does not know as it is written. */
export function itemName(item: string): string {
  return (ITEM_NAMES as Readonly<Record<string, string>>)[item] ?? item.replaceAll('_', ' ')
}
