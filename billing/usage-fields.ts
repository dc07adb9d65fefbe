import { parseInstant } from './instant.ts'
import { KINDS_OF_ITEM, USAGE_ITEMS, type UsageItem, type UsageKind } from './usage-record.ts'

// One reader for each field of a usage record, or for fields of one rule: it answers with the field's value or throws
// the field's fault.

/** What is wrong with one field of a usage record. */
export class FieldFault extends Error {
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

export function isObject(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}

interface PatternRule {
  readonly field: string
  readonly pattern: RegExp
  readonly message: string
}

/** The producer's own id of a record. */
export const ID_RULE: PatternRule = {
  field: 'id',
  pattern: /^[A-Za-z0-9._:#-]{1,128}$/,
  message: 'must be a string of 1 to 128 characters of A-Z a-z 0-9 . _ : # -',
}

/** The CRM's id of an account. */
export const ACCOUNT_ID = /^[A-Za-z0-9_-]{1,64}$/

export const ACCOUNT_RULE: PatternRule = {
  field: 'account',
  pattern: ACCOUNT_ID,
  message: 'must be a string of 1 to 64 characters of A-Z a-z 0-9 _ -',
}

export function readMatching(value: unknown, { field, pattern, message }: PatternRule): string {
  if (typeof value === 'string' && pattern.test(value)) return value
  throw new FieldFault(field, message)
}

export function readItem(value: unknown): UsageItem {
  const item = USAGE_ITEMS.find((known) => known === value)
  if (!item) throw new FieldFault('item', `must be one of ${USAGE_ITEMS.join(', ')}`)
  return item
}

export function readKind(value: unknown, item: UsageItem): UsageKind | null {
  const kinds = KINDS_OF_ITEM[item]
  if (kinds.length === 0 && isAbsent(value)) return null
  if (kinds.length === 0) throw new FieldFault('kind', `must be absent for ${item}`)
  const kind = kinds.find((known) => known === value)
  if (!kind) throw new FieldFault('kind', `must be ${kinds.join(' or ')} for ${item}`)
  return kind
}

const E164 = /^\+[1-9]\d{2,14}$/
const SHORT_CODE = /^\d{2,8}$/
/** Printable ASCII without space, quotes, backtick, backslash, comma and angle brackets. */
const SIP_USER = /^[!#-&(-+\--;=?-[\]-_a-~]{1,64}$/

/** Whether a text is E.164 with `+` or a short code. */
export function isPhoneNumber(text: string): boolean {
  return E164.test(text) || SHORT_CODE.test(text)
}

export function readTo(value: unknown): string {
  if (typeof value === 'string' && isPhoneNumber(value)) return value
  throw new FieldFault('to', 'must be E.164 with + (3 to 15 digits) or a short code of 2 to 8 digits')
}

/** A number event need not name where it comes from. */
export function readFrom(value: unknown, item: UsageItem): string | null {
  if (isAbsent(value) && item === 'phone_number') return null
  if (typeof value === 'string' && (value.startsWith('+') ? E164 : SIP_USER).test(value)) return value
  throw new FieldFault('from', 'must be E.164 with + (3 to 15 digits) or a SIP user of 1 to 64 characters')
}

const YEAR_2000_MS = 946_684_800_000
const YEAR_3000_MS = 32_503_680_000_000

export function readInstant(value: unknown): number {
  const instant = typeof value === 'string' ? parseInstant(value) : null
  if (instant === null) {
    throw new FieldFault('occurredAt', 'must be an ISO 8601 instant with offset: 2026-11-05T14:00:00Z')
  }
  if (instant < YEAR_2000_MS || instant >= YEAR_3000_MS) {
    throw new FieldFault('occurredAt', 'must lie in the years 2000 to 2999')
  }
  return instant
}

export interface CountRule {
  readonly field: string
  /** The records that have this count. */
  readonly of: string
  readonly min: number
  readonly max: number
}

/** `wanted` tells whether this record is one of those that have the count; the others must not. */
export function readCount(
  value: unknown,
  { field, of, min, max }: CountRule,
  wanted: boolean,
): number | null {
  if (!wanted && isAbsent(value)) return null
  if (!wanted) throw new FieldFault(field, `must be absent: only ${of} have it`)
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new FieldFault(field, `must be an integer from ${min} to ${max}`)
}

const REFERENCE_LENGTH_MAX = 128

export function isReference(text: string): boolean {
  return text !== '' && isPlainText(text, REFERENCE_LENGTH_MAX)
}

/** The id of something else, in whatever form its system gives it. */
export function readReference(value: unknown, field: string): string | null {
  if (isAbsent(value)) return null
  if (typeof value === 'string' && isReference(value)) return value
  throw new FieldFault(field, `must be a string of 1 to ${REFERENCE_LENGTH_MAX} characters`)
}

const TAGS_MAX = 16
const TAG_NAME_LENGTH_MAX = 32
const TAG_VALUE_LENGTH_MAX = 128

export function readTags(value: unknown): Readonly<Record<string, string>> | null {
  if (isAbsent(value)) return null
  if (isTags(value)) return value
  const lengths = `names of 1 to ${TAG_NAME_LENGTH_MAX} and values of up to ${TAG_VALUE_LENGTH_MAX} characters`
  throw new FieldFault('tags', `must be an object of at most ${TAGS_MAX} strings, ${lengths}`)
}

function isTags(value: unknown): value is Readonly<Record<string, string>> {
  if (!isObject(value)) return false
  const names = Object.keys(value)
  return names.length <= TAGS_MAX && names.every((name) => isTag(name, value[name]))
}

function isTag(name: string, tag: unknown): boolean {
  if (name === '' || !isPlainText(name, TAG_NAME_LENGTH_MAX)) return false
  return typeof tag === 'string' && isPlainText(tag, TAG_VALUE_LENGTH_MAX)
}

/** Text that every store takes: Postgres has no NUL in text and no half surrogate pair in JSON. */
function isPlainText(text: string, lengthMax: number): boolean {
  return text.length <= lengthMax && !text.includes('\0') && text.isWellFormed()
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}
