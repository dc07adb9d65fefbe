import { type Micros, micros, sumMicros } from '../billing/money.ts'
import type { Clock, NewId } from '../config/clock.ts'
import { accountStatuses } from '../db/accounts.ts'
import { compareUsage } from '../db/compare-usage.ts'
import type { Db } from '../db/connect.ts'
import { isDataError } from '../db/data-error.ts'
import { type PostedUsage, postUsage } from '../db/ledger.ts'
import { wakeServiceStates } from '../db/service-wakes.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { keepUnrated } from '../db/unrated-usage.ts'
import { claimNumbers } from './claim-numbers.ts'
import type { IndexedUsage, RefusedUsage, UsageBatch } from './rate-records.ts'
import { asConflict, asHomeless, refuse, toUnrated } from './refusals.ts'
import { type RefusedSettlement, settleHolds } from './settle-holds.ts'
import { wakeRecharges } from './wake-recharges.ts'

export interface CommitDeps {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
}

/** What became of the records of a group. */
export interface CommitReport {
  /** Charged now. */
  readonly charged: number
  /** Stored now, for nothing. */
  readonly free: number
  /** Stored before with the same content. */
  readonly duplicates: number
  /** Sum of what was charged now. */
  readonly amount: Micros
  /** Kept as unrated usage. */
  readonly refused: readonly RefusedUsage[]
  /** Recharge jobs that went to the outbox. */
  readonly rechargesNeeded: number
  /** Accounts whose service state is to be decided again. */
  readonly toLookAt: readonly string[]
  /** Records that were charged and named holds which they cannot settle. */
  readonly holdsRefused: readonly RefusedSettlement[]
}

export type CommitUsage = (batch: UsageBatch) => Promise<void>

/**
 * Commits batches in one transaction: usage, entries, balances, settled holds, unrated usage and outbox rows together, or
 * nothing.
 * A group that the database refuses because of its content is halved until the poison record stands alone, which is
 * then kept as unrated usage. Any other failure throws, with nothing stored of what it reports; calling again with
 * the same batches is safe.
 */
export async function commitGroup(deps: CommitDeps, group: readonly UsageBatch[]): Promise<CommitReport> {
  try {
    return await commitOnce(deps, group)
  } catch (error) {
    if (!isDataError(error)) throw error
    const parts = divide(group, error)
    const reports: CommitReport[] = []
    for (const part of parts) reports.push(await commitGroup(deps, part))
    return mergeReports(reports)
  }
}

async function commitOnce(deps: CommitDeps, group: readonly UsageBatch[]): Promise<CommitReport> {
  return await inTransaction(deps.db, async (tx) => {
    const now = deps.clock.now()
    const claimed = await claimNumbers(
      tx,
      group.flatMap((batch) => batch.rated),
      now,
    )
    const { rated } = claimed
    const posted = await postUsage(tx, rated, now)
    const leftOver = await explainLeftOver(tx, rated, posted)
    const refused = [...group.flatMap((batch) => batch.refused), ...claimed.refused, ...leftOver]
    await keepUnrated(tx, refused.map(toUnrated), now)
    const homed = rated.filter(({ record }) => !posted.missing.includes(record.account))
    const settled = await settleHolds(tx, deps, homed)
    await wakeRecharges(tx, deps, posted.crossed)
    const toLookAt = [...new Set([...posted.crossed, ...settled.crossed])]
    await wakeServiceStates(tx, toLookAt, now)
    return {
      charged: posted.entries,
      free: posted.stored - posted.entries,
      duplicates: sumOf(group, (batch) => batch.duplicates) + rated.length - posted.stored - leftOver.length,
      amount: micros(posted.debitedMicros),
      refused,
      rechargesNeeded: posted.crossed.length,
      toLookAt,
      holdsRefused: settled.refused,
    }
  })
}

/** Why some records were not stored: their account is missing, or their id is taken by other content. */
async function explainLeftOver(
  tx: Tx,
  rated: readonly IndexedUsage[],
  posted: PostedUsage,
): Promise<RefusedUsage[]> {
  if (posted.stored === rated.length) return []
  const missing = new Set(posted.missing)
  const known = rated.filter(({ record }) => !missing.has(record.account))
  const compared = known.length === posted.stored ? new Map() : await compareUsage(tx, known)
  const conflicts = known.filter((_, position) => compared.get(position) === 'different')
  const statuses = await accountStatuses(tx, posted.missing)
  const homeless = rated.filter(({ record }) => missing.has(record.account))
  return [
    ...conflicts.map(asConflict),
    ...homeless.map((usage) => asHomeless(usage, statuses.has(usage.record.account))),
  ]
}

/** Halves a refused group; a record that was refused alone becomes unrated usage. */
function divide(group: readonly UsageBatch[], cause: Error): UsageBatch[][] {
  const [first, ...others] = group
  if (!first) throw cause
  if (others.length > 0) {
    const middle = Math.ceil(group.length / 2)
    return [group.slice(0, middle), group.slice(middle)]
  }
  const [usage, ...rest] = first.rated
  if (!usage) throw cause
  if (rest.length === 0) {
    const poison = refuse(usage, 'refused_by_database', cause.message)
    return [[{ ...first, rated: [], refused: [...first.refused, poison] }]]
  }
  const middle = Math.ceil(first.rated.length / 2)
  return [
    [{ ...first, rated: first.rated.slice(0, middle) }],
    [{ rated: first.rated.slice(middle), refused: [], duplicates: 0 }],
  ]
}

function mergeReports(reports: readonly CommitReport[]): CommitReport {
  return {
    charged: sumOf(reports, (report) => report.charged),
    free: sumOf(reports, (report) => report.free),
    duplicates: sumOf(reports, (report) => report.duplicates),
    amount: sumMicros(reports.map((report) => report.amount)),
    refused: reports.flatMap((report) => report.refused),
    rechargesNeeded: sumOf(reports, (report) => report.rechargesNeeded),
    toLookAt: reports.flatMap((report) => report.toLookAt),
    holdsRefused: reports.flatMap((report) => report.holdsRefused),
  }
}

function sumOf<T>(parts: readonly T[], count: (part: T) => number): number {
  return parts.reduce((total, part) => total + count(part), 0)
}
