import { FieldFault, isObject } from '../usage-fields.ts'
import { type CdrResult, quote, readRow } from './cdr-row.ts'
import { requiredTextAt } from './json-object.ts'
import { readTwilioCall } from './twilio-call.ts'
import { readTwilioMessage } from './twilio-message.ts'

/** One Call or Message resource of Twilio's REST API (2010-04-01), told apart by its sid, which is the record's id. */
export function parseTwilioResource(resource: unknown, source: { readonly account: string }): CdrResult {
  return readRow(() => {
    if (!isObject(resource)) throw new FieldFault('row', 'is not a JSON object')
    const sid = requiredTextAt(resource, 'sid')
    if (sid.startsWith('CA')) return readTwilioCall(resource, source.account)
    if (/^(SM|MM)/.test(sid)) return readTwilioMessage(resource, source.account)
    throw new FieldFault('sid', `${quote(sid)} is neither a call's (CA…) nor a message's (SM…, MM…)`)
  })
}
