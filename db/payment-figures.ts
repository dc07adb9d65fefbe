import { sql } from 'kysely'
import type { Db } from './connect.ts'

/** Money, mails and nightly work in numbers, for metrics. */
export interface PaymentFigures {
  /** Attempts begun in the last day, by how they stand: a status, or the class of a decline. */
  readonly attemptsByOutcome: ReadonlyMap<string, number>
  readonly openTopupsByStatus: ReadonlyMap<string, number>
  /** When the oldest top-up of unknown outcome was opened. */
  readonly oldestUnknownAt: Date | null
  readonly paymentsPaused: boolean
  /** Mails written in the last day. */
  readonly mailsByState: ReadonlyMap<string, number>
  readonly openHolds: number
  readonly heldMicros: number
  readonly openFindingsBySeverity: ReadonlyMap<string, number>
  /** When the oldest run that is not finished was begun. */
  readonly oldestUnfinishedRunAt: Date | null
  /** The newest business date that is finished, by kind of run, as the instant of its end. */
  readonly finishedUntilByRun: ReadonlyMap<string, number>
}

const DAY_MS = 86_400_000

/** Each is read by an index or from rows that stay few, but for the accounts' sum of what is held. */
export async function readPaymentFigures(db: Db, now: Date): Promise<PaymentFigures> {
  const dayAgo = new Date(now.getTime() - DAY_MS)
  const { rows } = await sql<Row>`
    select
      ${countsBy(sql`select coalesce(decline_class::text, status::text) as key, count(*) as n
        from topup_attempts where created_at > ${dayAgo} group by 1`)} as attempts,
      ${countsBy(sql`select status as key, count(*) as n from topups where settled_at is null group by 1`)} as topups,
      (select min(created_at) from topups where settled_at is null and status = 'unknown') as oldest_unknown_at,
      (select coalesce(bool_or(paused_reason is not null), false) from payment_gate) as payments_paused,
      ${countsBy(sql`select state as key, count(*) as n from mails where created_at > ${dayAgo} group by 1`)} as mails,
      (select count(*)::integer from holds where state = 'open') as open_holds,
      (select coalesce(sum(held_micros), 0)::bigint from account_holds) as held_micros,
      ${countsBy(sql`select severity as key, count(*) as n from findings where closed_at is null group by 1`)} as findings,
      (select min(started_at) from runs where finished_at is null) as oldest_run_at,
      ${countsBy(sql`select kind as key, extract(epoch from max(business_date) + 1)::bigint as n
        from runs where finished_at is not null group by 1`)} as finished_until`.execute(db)
  const row = rows[0]
  if (!row) throw new Error('reading the figures of payments returned no row')
  return {
    attemptsByOutcome: mapOf(row.attempts),
    openTopupsByStatus: mapOf(row.topups),
    oldestUnknownAt: row.oldest_unknown_at,
    paymentsPaused: row.payments_paused,
    mailsByState: mapOf(row.mails),
    openHolds: row.open_holds,
    heldMicros: Number(row.held_micros),
    openFindingsBySeverity: mapOf(row.findings),
    oldestUnfinishedRunAt: row.oldest_run_at,
    finishedUntilByRun: mapOf(row.finished_until),
  }
}

type Counts = Readonly<Record<string, number>>

interface Row {
  attempts: Counts
  topups: Counts
  oldest_unknown_at: Date | null
  payments_paused: boolean
  mails: Counts
  open_holds: number
  held_micros: bigint
  findings: Counts
  oldest_run_at: Date | null
  finished_until: Counts
}

function countsBy(query: ReturnType<typeof sql>) {
  return sql`(select coalesce(jsonb_object_agg(key, n), '{}') from (${query}) as counted)`
}

function mapOf(counts: Counts): Map<string, number> {
  return new Map(Object.entries(counts))
}
