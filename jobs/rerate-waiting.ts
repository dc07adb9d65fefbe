import { addMicros, type Micros, ZERO_MICROS } from '../billing/money.ts'
import type { Clock, NewId } from '../config/clock.ts'
import type { Db } from '../db/connect.ts'
import {
  listWaitingUsage,
  markRated,
  noteRefusals,
  type WaitingFilter,
  type WaitingUsage,
} from '../db/unrated-usage.ts'
import type { CommitReport } from './commit-usage.ts'
import type { RateBook } from './rate-book.ts'

export interface ChargeDeps {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
  readonly rateBook: RateBook
}

/** What became of some records; a refused one is named by its place among them. */
export interface ChargeResult extends Pick<CommitReport, 'charged' | 'free' | 'duplicates' | 'amount'> {
  readonly refused: readonly { readonly index: number; readonly code: string; readonly message: string }[]
}

export interface RerateSummary {
  /** Records that were looked at. */
  read: number
  charged: number
  free: number
  alreadyCharged: number
  amount: Micros
  /** Records that wait no longer, by the reason why they waited. */
  readonly rated: Map<string, number>
  /** Records that still wait, by the reason of now. */
  readonly waiting: Map<string, number>
}

const PAGE = 1_000

/**
 * Charges the records that wait and match the filter, page by page. What is charged, or was charged already, waits no
 * longer; what is refused again waits on, with the reason of now. Dying between charging a page and marking it changes
 * nothing: the next run finds those records charged. A dry run marks nothing.
 */
export async function rerateWaiting(
  { db, clock }: Pick<ChargeDeps, 'db' | 'clock'>,
  filter: WaitingFilter,
  run: {
    charge: (raws: readonly unknown[]) => Promise<ChargeResult>
    dryRun: boolean
    progress: (summary: RerateSummary) => void
  },
): Promise<RerateSummary> {
  const summary = emptySummary()
  let page = await listWaitingUsage(db, filter, { after: null, limit: PAGE })
  while (page.length > 0) {
    const result = await run.charge(page.map(({ record }) => record))
    const { rated, refused } = sortPage(page, result)
    if (!run.dryRun) {
      await markRated(db, rated, clock.now())
      await noteRefusals(db, refused)
    }
    addTo(summary, result)
    for (const { reason } of rated) count(summary.rated, reason)
    for (const { reason } of refused) count(summary.waiting, reason)
    run.progress(summary)
    page = await listWaitingUsage(db, filter, { after: page.at(-1) ?? null, limit: PAGE })
  }
  return summary
}

function emptySummary(): RerateSummary {
  return {
    read: 0,
    charged: 0,
    free: 0,
    alreadyCharged: 0,
    amount: ZERO_MICROS,
    rated: new Map(),
    waiting: new Map(),
  }
}

function sortPage(page: readonly WaitingUsage[], result: ChargeResult) {
  const refusals = new Map(result.refused.map((refusal) => [refusal.index, refusal]))
  const rated = page.filter((_, index) => !refusals.has(index))
  const refused = page.flatMap((usage, index) => {
    const refusal = refusals.get(index)
    return refusal ? [{ ...usage, reason: refusal.code, message: refusal.message }] : []
  })
  return { rated, refused }
}

function addTo(summary: RerateSummary, { charged, free, duplicates, amount, refused }: ChargeResult): void {
  summary.read += charged + free + duplicates + refused.length
  summary.charged += charged
  summary.free += free
  summary.alreadyCharged += duplicates
  summary.amount = addMicros(summary.amount, amount)
}

function count(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1)
}
