import { z } from 'zod'
import { formatUsd } from '../billing/money.ts'
import type { MadeStatement } from '../db/monthly-statements-made.ts'
import { money, time } from './answer-fields.ts'

const totalSchema = z.object({ item: z.string(), count: z.int(), amount: money })

/** A statement as clients see it. */
export const statementSchema = z.object({
  account: z.string(),
  month: z.string().describe('2026-03'),
  timeZone: z.string(),
  from: time.describe('inclusive'),
  to: time.describe('exclusive'),
  currency: z.string(),
  openingBalance: money,
  closingBalance: money,
  totals: z.array(totalSchema).describe('by item'),
  entries: z.int(),
  firstEntry: z.string().nullable(),
  lastEntry: z.string().nullable(),
  sha256: z.string().describe('over the entries'),
  madeAt: time,
})

export function statementAnswer(statement: MadeStatement): z.infer<typeof statementSchema> {
  const { month, totals } = statement
  return {
    account: statement.account,
    month: month.month,
    timeZone: month.timeZone,
    from: month.from.toISOString(),
    to: month.to.toISOString(),
    currency: 'USD',
    openingBalance: formatUsd(statement.openingBalance),
    closingBalance: formatUsd(statement.closingBalance),
    totals: totals.map(({ item, count, amount }) => ({ item, count, amount: formatUsd(amount) })),
    entries: statement.count,
    firstEntry: statement.firstSeq === null ? null : String(statement.firstSeq),
    lastEntry: statement.lastSeq === null ? null : String(statement.lastSeq),
    sha256: statement.hash,
    madeAt: statement.madeAt.toISOString(),
  }
}
