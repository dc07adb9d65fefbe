import { maskNumbers } from './mask-numbers.ts'

/** What of a usage record tells an operator enough; producers may send anything beside it. */
const RECORD_FIELDS = [
  'id',
  'account',
  'item',
  'kind',
  'from',
  'to',
  'occurredAt',
  'durationMs',
  'segments',
  'callId',
  'holdId',
]
/** Of which digits stay, since they name the record. */
const ID_FIELDS = ['id', 'account', 'callId', 'holdId']
const RECORDS_SHOWN = 20
const TEXT_CHARS_MAX = 200

/** What a job was given, as an operator may see it: no whole phone numbers, no fields that nobody knows, not too much. */
export function showPayload(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return showValue(data)
  if ('records' in data && Array.isArray(data.records)) {
    const { records } = data
    return {
      ...('v' in data ? { v: showValue(data.v) } : {}),
      records: records.length,
      first: records.slice(0, RECORDS_SHOWN).map(showRecord),
    }
  }
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, showValue(value)]))
}

export function showRecord(record: unknown): unknown {
  if (typeof record !== 'object' || record === null) return showValue(record)
  const fields = new Map(Object.entries(record))
  const known = RECORD_FIELDS.filter((name) => fields.has(name))
  const others = fields.size - known.length
  return {
    ...Object.fromEntries(known.map((name) => [name, showField(name, fields.get(name))])),
    ...(others === 0 ? {} : { otherFields: others }),
  }
}

function showField(name: string, value: unknown): unknown {
  return ID_FIELDS.includes(name) && typeof value === 'string'
    ? value.slice(0, TEXT_CHARS_MAX)
    : showValue(value)
}

function showValue(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return value
    case 'string':
      return maskNumbers(value.slice(0, TEXT_CHARS_MAX))
    default:
      return value === null ? null : `(${Array.isArray(value) ? 'list' : typeof value})`
  }
}
