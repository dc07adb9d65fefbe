import { sql } from 'kysely'
import { type BusinessDate, datesOwed } from '../billing/business-date.ts'
import type { Db } from './connect.ts'
import { newestDueAt, RUN_LEASE_MS } from './runs.ts'

/** How long a kind that was woken is left to its queue. */
const WAKE_LEASE_MS = 60_000

/**
 * Claims the kinds whose run is to be worked and that nobody works on: they owe a date, or have a run whose holder was not
 * heard of for the length of a lease. Each comes up again a minute later if it still is so. Of several schedulers one
 * gets a kind.
 */
export async function claimRunWakes(
  db: Db,
  { kinds, now }: { kinds: readonly string[]; now: Date },
): Promise<string[]> {
  const owing = (await readNewestRuns(db, kinds, now))
    .filter((run) => isOwing(run, now))
    .map(({ kind }) => kind)
  if (owing.length === 0) return []
  const { rows } = await sql<{ kind: string }>`
    insert into run_wakes as w (kind, leased_until)
    select kind, ${leaseFrom(now)}::timestamptz from unnest(${owing}::text[]) as owing (kind) order by kind
    on conflict (kind) do update set leased_until = excluded.leased_until
    where w.leased_until <= ${now} or w.leased_until > excluded.leased_until
    returning kind`.execute(db)
  return rows.map(({ kind }) => kind)
}

interface NewestRun {
  readonly kind: string
  readonly last: BusinessDate | null
  readonly unfinished: boolean
  readonly abandoned: boolean
}

async function readNewestRuns(db: Db, kinds: readonly string[], now: Date): Promise<NewestRun[]> {
  const latestLease = new Date(now.getTime() + RUN_LEASE_MS)
  const { rows } = await sql<NewestRun>`
    select k.kind, newest.business_date as last, open.held_until is not null as unfinished,
      open.held_until is not null and (open.held_until <= ${now} or open.held_until > ${latestLease}) as abandoned
    from unnest(${kinds}::text[]) as k (kind)
    left join lateral (
      select business_date from runs where runs.kind = k.kind order by business_date desc limit 1
    ) newest on true
    left join runs open on open.kind = k.kind and open.finished_at is null`.execute(db)
  return rows
}

function isOwing({ last, unfinished, abandoned }: NewestRun, now: Date): boolean {
  if (unfinished) return abandoned
  return datesOwed({ last, first: newestDueAt(now), now }).length > 0
}

function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + WAKE_LEASE_MS)
}
