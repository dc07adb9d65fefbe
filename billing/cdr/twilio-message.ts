import { FieldFault } from '../usage-fields.ts'
import { type CdrResult, quote, readWholeNumber } from './cdr-row.ts'
import { type JsonObject, requiredTextAt } from './json-object.ts'
import { calledNumber, callerNumber, firstTimeAt } from './twilio-fields.ts'

const UNDERWAY = new Set(['accepted', 'scheduled', 'queued', 'sending', 'receiving'])
const NEVER_SENT = new Set(['failed', 'canceled'])
const CHARGED = new Set([
  'sent',
  'delivered',
  'undelivered',
  'delivery_unknown',
  'read',
  'partially_delivered',
  'received',
])

/**
 * A Message resource. A text is charged once the carrier has it, like Twilio charges it: `sent` (which stays the last
 * status where a carrier reports no delivery), `delivered`, `undelivered`, `read`, and `received` ones. What comes after
 * `sent` changes nothing that is charged, so importing both is harmless. `failed` and `canceled` were never sent: skipped.
 */
export function readTwilioMessage(message: JsonObject, account: string): CdrResult {
  const status = requiredTextAt(message, 'status')
  if (UNDERWAY.has(status)) return { skip: `not final: ${status}` }
  if (NEVER_SENT.has(status)) return { skip: `never sent: ${status}` }
  if (!CHARGED.has(status)) throw new FieldFault('status', `${quote(status)} is no status of a message`)
  return {
    record: {
      id: requiredTextAt(message, 'sid'),
      account,
      item: readItem(message),
      from: callerNumber(message),
      to: calledNumber(message),
      occurredAt: firstTimeAt(message, ['date_sent', 'date_created']),
      segments: readSegments(message),
    },
  }
}

function readItem(message: JsonObject): 'incoming_text' | 'outgoing_text' {
  const direction = requiredTextAt(message, 'direction')
  if (direction === 'inbound') return 'incoming_text'
  if (/^outbound-(api|call|reply)$/.test(direction)) return 'outgoing_text'
  throw new FieldFault('direction', `${quote(direction)} is no direction of a message`)
}

function readSegments(message: JsonObject): number {
  const segments = readWholeNumber('num_segments', requiredTextAt(message, 'num_segments'))
  if (segments === 0) throw new FieldFault('num_segments', 'is 0, and the text was sent')
  return segments
}
