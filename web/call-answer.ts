import { z } from 'zod'
import { chargeSteps } from '../billing/charge-steps.ts'
import { formatUsd, negateMicros, sumMicros } from '../billing/money.ts'
import { USAGE_ITEMS, USAGE_KINDS } from '../billing/usage-record.ts'
import type { CallRecord } from '../db/call-records.ts'
import type { RateSetOf } from '../db/rate-sets.ts'
import type { StatementEntry } from '../db/statement.ts'
import { money, time } from './answer-fields.ts'
import { describeUsage } from './describe-entry.ts'

const recordSchema = z.object({
  id: z.string(),
  entry: z.string().nullable().describe('the entry that charges for it; null for what costs nothing'),
  item: z.enum(USAGE_ITEMS),
  kind: z.enum(USAGE_KINDS).nullable(),
  from: z.string().nullable(),
  to: z.string(),
  occurredAt: time,
  durationMs: z.int().nullable(),
  billedSeconds: z.int().nullable(),
  segments: z.int().nullable(),
  amount: money,
  description: z.string(),
  steps: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
})

export const callSchema = z.object({
  callId: z.string(),
  currency: z.literal('USD'),
  total: money,
  records: z.array(recordSchema).describe('in the order of their time, the first 500'),
})

/** A call as clients see it. `entries` are those of its records. */
export function callAnswer(
  callId: string,
  records: readonly CallRecord[],
  { entries, rateSetOf }: { entries: readonly StatementEntry[]; rateSetOf: RateSetOf },
): z.infer<typeof callSchema> {
  const seqOf = new Map(entries.map(({ source, seq }) => [source, seq]))
  return {
    callId,
    currency: 'USD',
    total: formatUsd(negateMicros(sumMicros(records.map(({ amount }) => amount)))),
    records: records.map((record) => ({
      id: record.id,
      entry: seqOf.get(`usage/${record.id}`)?.toString() ?? null,
      item: record.item,
      kind: record.kind,
      from: record.from,
      to: record.to,
      occurredAt: record.occurredAt.toISOString(),
      durationMs: record.durationMs,
      billedSeconds: record.billedSeconds,
      segments: record.segments,
      amount: formatUsd(negateMicros(record.amount)),
      description: describeUsage(record),
      steps: stepsOf(record, rateSetOf),
      tags: record.tags ?? {},
    })),
  }
}

function stepsOf(record: CallRecord, rateSetOf: RateSetOf): string[] {
  const { rateVersionId, rateRow } = record
  const set = rateVersionId === null || rateRow === null ? null : rateSetOf({ rateVersionId, rateRow })
  return chargeSteps(record, set)
}
