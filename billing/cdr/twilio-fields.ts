import { FieldFault } from '../usage-fields.ts'
import { quote } from './cdr-row.ts'
import { type JsonObject, requiredTextAt, textAt } from './json-object.ts'
import { readNumber } from './phone-number.ts'
import { parseRfc2822 } from './rfc2822-time.ts'
import { callerText } from './switch-call.ts'

/** `to`: E.164 or a short code. Twilio writes no other number; `whatsapp:+1…` and the like are no texts or calls of ours. */
export function calledNumber(resource: JsonObject): string {
  const text = requiredTextAt(resource, 'to')
  const number = readNumber(text, undefined)
  if (number.form === 'e164' || number.form === 'short') return number.text
  throw new FieldFault('to', `${quote(text)} is neither an E.164 number nor a short code`)
}

/** `from`: a number, a client or an alphanumeric sender. A text may be known by its messaging service alone. */
export function callerNumber(resource: JsonObject): string {
  return callerText(
    readNumber(textAt(resource, 'from') || textAt(resource, 'messaging_service_sid'), undefined),
  )
}

/** The first of these times that is set, as an ISO instant. */
export function firstTimeAt(resource: JsonObject, fields: readonly string[]): string {
  const field = fields.find((name) => textAt(resource, name) !== '')
  if (field === undefined) throw new FieldFault(fields.join(' or '), 'is missing')
  const text = textAt(resource, field)
  const milliseconds = parseRfc2822(text)
  if (milliseconds === null) {
    throw new FieldFault(field, `${quote(text)} is not a time like Tue, 31 Aug 2010 20:36:28 +0000`)
  }
  return new Date(milliseconds).toISOString()
}
