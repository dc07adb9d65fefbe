import { FieldFault, isObject } from '../usage-fields.ts'
import type { CallNumbers } from './call-direction.ts'
import { type CallKind, type CdrResult, readRow, readWholeNumber } from './cdr-row.ts'
import { type JsonObject, objectAt, requiredTextAt, textAt } from './json-object.ts'
import { type CdrNumber, type CountryCode, readNumber } from './phone-number.ts'
import { switchCallRecord } from './switch-call.ts'

export interface FreeswitchSource {
  readonly account: string
  readonly country: CountryCode | undefined
}

/**
 * One document of FreeSWITCH's mod_json_cdr. Variables may be URL-encoded (`encode-values`). The numbers are those of the
 * leg's first caller profile: what was dialled, before transfers. The time charged is `billmsec`, from answer to end.
 *
 * A leg that another leg originated (`log-b-leg`) is that same call, and skipped, unless it calls an outside number that
 * the first leg did not call: then it is a call of its own (a forwarded call, click to call).
 */
export function parseFreeswitchCdr(cdr: unknown, source: FreeswitchSource): CdrResult {
  return readRow(() => {
    if (!isObject(cdr)) throw new FieldFault('row', 'is not a JSON object')
    const variables = decodedVariables(cdr)
    const profile = firstProfile(cdr)
    const leg = readNumbers(profile, variables, source.country)
    const originator = originatorOf(profile)
    const first = originator && readNumbers(originator, {}, source.country)
    if (first && isSameCall(leg.to, first.to)) return { skip: 'second leg of a call' }

    return switchCallRecord({
      ...leg,
      id: requiredTextAt(variables, 'uuid'),
      account: source.account,
      toField: 'destination_number',
      directionShown: readDirection(cdr, variables),
      directionElse: undefined,
      occurredAtMs: readStartMs(variables),
      durationMs: readDurationMs(variables),
      callId: (originator && textAt(originator, 'uuid')) || undefined,
    })
  })
}

function decodedVariables(cdr: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(objectAt(cdr, 'variables')).map(([name, value]) => [
      name,
      typeof value === 'string' ? urlDecoded(value) : value,
    ]),
  )
}

/** Left as it is when it is not encoded. A `+` is a plus: FreeSWITCH encodes a space as `%20`. */
function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

/** `callflow` lists the profiles from the latest to the first; older versions write the key once for each. */
function firstProfile(cdr: JsonObject): JsonObject {
  const { callflow } = cdr
  const flows = (Array.isArray(callflow) ? callflow : [callflow]).filter(isObject)
  const first = flows.find((flow) => textAt(flow, 'profile_index') === '1') ?? flows.at(-1)
  return first ? objectAt(first, 'caller_profile') : {}
}

/** The profile of the leg that originated this one. */
function originatorOf(profile: JsonObject): JsonObject | undefined {
  const { originator_caller_profiles: profiles } = objectAt(profile, 'originator')
  const [first] = Array.isArray(profiles) ? profiles : []
  return isObject(first) ? first : undefined
}

function readNumbers(
  profile: JsonObject,
  variables: JsonObject,
  country: CountryCode | undefined,
): CallNumbers {
  const caller =
    textAt(profile, 'caller_id_number') ||
    textAt(variables, 'caller_id_number') ||
    textAt(variables, 'sip_from_user')
  const called =
    textAt(profile, 'destination_number') ||
    textAt(variables, 'destination_number') ||
    textAt(variables, 'sip_req_user')
  return { from: readNumber(urlDecoded(caller), country), to: readNumber(urlDecoded(called), country) }
}

/** The leg's own direction, seen from the switch: a telephone on the desk that dials out is `inbound` there. */
function readDirection(cdr: JsonObject, variables: JsonObject): CallKind | undefined {
  const direction = textAt(variables, 'direction') || textAt(objectAt(cdr, 'channel_data'), 'direction')
  return direction === 'inbound' || direction === 'outbound' ? direction : undefined
}

function isSameCall(called: CdrNumber, firstCalled: CdrNumber): boolean {
  if (called.form !== 'e164' && called.form !== 'unreadable') return true
  return firstCalled.form === called.form && firstCalled.text === called.text
}

/** `start_stamp` is local time without its zone, so the epochs are read. */
function readStartMs(variables: JsonObject): number {
  const micros = textAt(variables, 'start_uepoch')
  if (/^\d{15,17}$/.test(micros)) return Math.floor(Number(micros) / 1000)
  const seconds = readWholeNumber('start_epoch', requiredTextAt(variables, 'start_epoch'))
  if (seconds === 0 || seconds > 99_999_999_999)
    throw new FieldFault('start_epoch', 'is not a time in epoch seconds')
  return seconds * 1000
}

function readDurationMs(variables: JsonObject): number {
  const milliseconds = textAt(variables, 'billmsec')
  if (milliseconds !== '') return readWholeNumber('billmsec', milliseconds)
  return readWholeNumber('billsec', requiredTextAt(variables, 'billsec')) * 1000
}
