const NAMES: Readonly<Record<string, string>> = {
  'phone_call outbound': 'Outgoing call',
  'phone_call inbound': 'Incoming call',
  phone_call: 'Call',
  ring_through_attempt: 'Ring-Through attempt',
  outgoing_text: 'Outgoing text',
  incoming_text: 'Incoming text',
  'phone_number purchase': 'Buying a number',
  'phone_number renewal': 'Renewing a number',
  phone_number: 'Phone number',
}

/** What a rate is for, in a customer's words. */
export function rateName({ item, kind }: { item: string; kind: string | null }): string {
  return NAMES[kind === null ? item : `${item} ${kind}`] ?? item
}

/** The numbers that a prefix stands for. */
export function prefixName(prefix: string): string {
  if (prefix === '') return 'every number'
  if (prefix === 'short:') return 'short codes'
  return prefix.startsWith('short:') ? `short code ${prefix.slice('short:'.length)}` : `+${prefix}…`
}
