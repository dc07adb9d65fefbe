import { FieldFault } from '../usage-fields.ts'
import { type CallKind, type CdrResult, quote, readWholeNumber } from './cdr-row.ts'
import { type JsonObject, requiredTextAt, textAt } from './json-object.ts'
import { calledNumber, callerNumber, firstTimeAt } from './twilio-fields.ts'

const KINDS: ReadonlyMap<string, CallKind> = new Map([
  ['inbound', 'inbound'],
  ['trunking-originating', 'inbound'],
  ['outbound-api', 'outbound'],
  ['outbound-dial', 'outbound'],
  ['trunking-terminating', 'outbound'],
])

const UNDERWAY = new Set(['queued', 'initiated', 'ringing', 'in-progress'])
const UNANSWERED = new Set(['busy', 'no-answer', 'failed', 'canceled'])

/**
 * A Call resource. Imported once it has ended: `completed` with its duration; `busy`, `no-answer`, `failed` and
 * `canceled` as unanswered, which costs nothing. Each leg is a call of its own; a child names its parent in callId. Legs to
 * a browser client, a SIP endpoint or a TwiML app call no telephone number and are skipped.
 */
export function readTwilioCall(call: JsonObject, account: string): CdrResult {
  const status = requiredTextAt(call, 'status')
  if (UNDERWAY.has(status)) return { skip: `not final: ${status}` }
  if (!callsNumber(call)) return { skip: 'leg to no telephone number' }
  const parent = textAt(call, 'parent_call_sid')
  return {
    record: {
      id: requiredTextAt(call, 'sid'),
      account,
      item: 'phone_call',
      kind: readKind(call),
      from: callerNumber(call),
      to: calledNumber(call),
      occurredAt: firstTimeAt(call, ['start_time', 'date_created']),
      durationMs: readDurationMs(call, status),
      ...(parent && { callId: parent }),
    },
  }
}

function callsNumber(call: JsonObject): boolean {
  const to = textAt(call, 'to')
  if (to === '') return !textAt(call, 'from').startsWith('client:')
  return !/^(client|sips?|sim|app):/i.test(to)
}

function readKind(call: JsonObject): CallKind {
  const direction = requiredTextAt(call, 'direction')
  const kind = KINDS.get(direction)
  if (!kind) throw new FieldFault('direction', `${quote(direction)} is no direction of a call`)
  return kind
}

function readDurationMs(call: JsonObject, status: string): number {
  if (UNANSWERED.has(status)) return 0
  if (status !== 'completed') throw new FieldFault('status', `${quote(status)} is no status of a call`)
  return readWholeNumber('duration', requiredTextAt(call, 'duration')) * 1000
}
