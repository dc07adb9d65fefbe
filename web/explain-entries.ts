import { z } from 'zod'
import { chargeSteps } from '../billing/charge-steps.ts'
import { formatUsd } from '../billing/money.ts'
import { USAGE_KINDS } from '../billing/usage-record.ts'
import type { Db } from '../db/connect.ts'
import { loadRateSets, type RateSetOf } from '../db/rate-sets.ts'
import { ENTRY_ITEMS } from '../db/schema.ts'
import type { StatementEntry } from '../db/statement.ts'
import { money, time } from './answer-fields.ts'
import { describeEntry } from './describe-entry.ts'

/** An entry as clients see it. */
export const explainedEntrySchema = z.object({
  id: z.string(),
  item: z.enum(ENTRY_ITEMS),
  kind: z.enum(USAGE_KINDS).nullable(),
  amount: money,
  balanceAfter: money,
  occurredAt: time,
  postedAt: time,
  source: z.string(),
  description: z.string(),
  steps: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  from: z.string().nullable(),
  to: z.string().nullable(),
  callId: z.string().nullable(),
})

export type ExplainedEntry = Readonly<z.infer<typeof explainedEntrySchema>>

/** Puts a page of entries into words, with the arithmetic of each charge from the rates that priced it. */
export async function explainEntries(db: Db, page: readonly StatementEntry[]): Promise<ExplainedEntry[]> {
  const rateSetOf = await loadRateSets(
    db,
    page.flatMap(({ usage }) => usage ?? []),
  )
  return page.map((entry) => explainEntry(entry, rateSetOf))
}

function explainEntry(entry: StatementEntry, rateSetOf: RateSetOf): ExplainedEntry {
  const { usage } = entry
  return {
    id: String(entry.seq),
    item: entry.item,
    kind: usage?.kind ?? null,
    amount: formatUsd(entry.amount),
    balanceAfter: formatUsd(entry.balanceAfter),
    occurredAt: entry.occurredAt.toISOString(),
    postedAt: entry.postedAt.toISOString(),
    source: entry.source,
    description: describeEntry(entry),
    steps: usage ? chargeSteps(usage, rateSetOf(usage)) : [],
    tags: usage?.tags ?? {},
    from: usage?.from ?? null,
    to: usage?.to ?? null,
    callId: usage?.callId ?? null,
  }
}
