import {
  ACCOUNT_ID,
  ACCOUNT_RULE,
  type CountRule,
  FieldFault,
  ID_RULE,
  isObject,
  readCount,
  readFrom,
  readInstant,
  readItem,
  readKind,
  readMatching,
  readReference,
  readTags,
  readTo,
} from './usage-fields.ts'
import { isText, type UsageRecord } from './usage-record.ts'

export { ACCOUNT_ID } from './usage-fields.ts'

export interface RecordFault {
  /** The field at fault, or `record` for the whole. */
  readonly field: string
  readonly message: string
}

/** Checks a raw usage record (CONTRACTS: usage record) as it came out of JSON and reports its first fault. Unknown
 *  fields are ignored, null stands for an absent field. A renewal is a fault unless `allowRenewal`: only the nightly
 *  run may charge one. */
export function parseUsageRecord(
  raw: unknown,
  { allowRenewal }: { allowRenewal: boolean } = { allowRenewal: false },
): { record: UsageRecord } | { fault: RecordFault } {
  try {
    if (!isObject(raw)) throw new FieldFault('record', 'must be a JSON object')
    const record = readRecord(raw)
    if (record.kind === 'renewal' && !allowRenewal) {
      throw new FieldFault('kind', 'renewal is charged by the nightly run and not accepted from producers')
    }
    return { record }
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error
    return { fault: { field: error.field, message: error.message } }
  }
}

/** The id and account of a raw record that may be malformed elsewhere, for reports; null where they are no valid ones. */
export function recordIdentity(raw: unknown): { account: string | null; id: string | null } {
  const { id, account }: RawRecord = isObject(raw) ? raw : {}
  return {
    id: typeof id === 'string' && ID_RULE.pattern.test(id) ? id : null,
    account: typeof account === 'string' && ACCOUNT_ID.test(account) ? account : null,
  }
}

type RawRecord = { readonly [Field in Exclude<keyof UsageRecord, 'occurredAtMs'> | 'occurredAt']?: unknown }

/** The largest counts are those of Postgres' integer (a call of 24 days) and smallint. */
const DURATION_RULE: CountRule = { field: 'durationMs', of: 'calls', min: 0, max: 2_147_483_647 }
const SEGMENTS_RULE: CountRule = { field: 'segments', of: 'texts', min: 1, max: 32_767 }

function readRecord(raw: RawRecord): UsageRecord {
  const item = readItem(raw.item)
  return {
    id: readMatching(raw.id, ID_RULE),
    account: readMatching(raw.account, ACCOUNT_RULE),
    item,
    kind: readKind(raw.kind, item),
    from: readFrom(raw.from, item),
    to: readTo(raw.to),
    occurredAtMs: readInstant(raw.occurredAt),
    durationMs: readCount(raw.durationMs, DURATION_RULE, item === 'phone_call'),
    segments: readCount(raw.segments, SEGMENTS_RULE, isText(item)),
    callId: readReference(raw.callId, 'callId'),
    holdId: readReference(raw.holdId, 'holdId'),
    tags: readTags(raw.tags),
  }
}
