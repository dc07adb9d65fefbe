import { ASKED_SECONDS_DEFAULT, ASKED_SECONDS_MAX, type HoldAsk } from './hold.ts'
import { isEmergencyHold, REQUEST_ID } from './hold-id.ts'
import {
  ACCOUNT_RULE,
  type CountRule,
  FieldFault,
  isObject,
  readCount,
  readFrom,
  readItem,
  readKind,
  readMatching,
  readTo,
} from './usage-fields.ts'
import { isText, type UsageItem, type UsageKind } from './usage-record.ts'

/** A field of an ask and the rule that it breaks. */
export interface AskFault {
  readonly field: string
  readonly rule: string
}

export const REQUEST_ID_RULE = {
  field: 'requestId',
  pattern: REQUEST_ID,
  message: 'must be a string of 1 to 64 characters of A-Z a-z 0-9 _ - . :',
}

const SECONDS_RULE: CountRule = { field: 'seconds', of: 'calls', min: 1, max: ASKED_SECONDS_MAX }
const SEGMENTS_RULE: CountRule = { field: 'segments', of: 'texts', min: 1, max: 32_767 }

/**
 * Checks an ask as it came out of JSON and reports every fault. Fields have the rules of usage records; unknown ones are
 * ignored, null stands for an absent one. A call asks for 300 seconds and a text for one segment unless it says otherwise.
 */
export function parseHoldAsk(raw: unknown): { ask: HoldAsk } | { faults: readonly AskFault[] } {
  if (!isObject(raw)) return { faults: [{ field: 'body', rule: 'must be a JSON object' }] }
  const fields: { readonly [Field in keyof HoldAsk]?: unknown } = raw
  const faults: AskFault[] = []
  const read = <T>(reading: () => T): T | null => {
    try {
      return reading()
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error
      faults.push({ field: error.field, rule: error.message })
      return null
    }
  }
  const requestId = read(() => readRequestId(fields.requestId))
  const account = read(() => readMatching(fields.account, ACCOUNT_RULE))
  const item = read(() => readItem(fields.item))
  const to = read(() => readTo(fields.to))
  const kind = item && read(() => readAskedKind(fields.kind, item))
  const from = item && read(() => readFrom(fields.from, item))
  const seconds = item && read(() => readSeconds(fields.seconds, item))
  const segments = item && read(() => readSegments(fields.segments, item))
  if (faults.length > 0 || !requestId || !account || !item || !to) return { faults }
  return { ask: { requestId, account, item, kind, from, to, seconds, segments } }
}

/** The ids of emergency calls' holds are kept for them. */
function readRequestId(value: unknown): string {
  const requestId = readMatching(value, REQUEST_ID_RULE)
  if (!isEmergencyHold({ requestId })) return requestId
  throw new FieldFault('requestId', 'must not begin with emergency., which is kept for emergency calls')
}

function readAskedKind(value: unknown, item: UsageItem): UsageKind | null {
  const kind = readKind(value, item)
  if (kind !== 'renewal') return kind
  throw new FieldFault('kind', 'renewal is charged by the nightly run and needs no hold')
}

function readSeconds(value: unknown, item: UsageItem): number | null {
  const isCall = item === 'phone_call'
  return readCount(isCall ? (value ?? ASKED_SECONDS_DEFAULT) : value, SECONDS_RULE, isCall)
}

function readSegments(value: unknown, item: UsageItem): number | null {
  return readCount(isText(item) ? (value ?? 1) : value, SEGMENTS_RULE, isText(item))
}
