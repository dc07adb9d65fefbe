import { sql } from 'kysely'
import type { Db } from './connect.ts'
import type { AccountStatus } from './schema.ts'

/** What notices are made of, as it stands in the tables. */
export interface NoticeRow {
  readonly status: AccountStatus
  readonly statusReason: string | null
  readonly pausedAt: Date | null
  /** Why the newest automatic top-up failed that has an end. */
  readonly failureReason: string | null
  readonly undeliverable: { readonly email: string; readonly at: Date } | null
  readonly unpaid: { readonly count: number; readonly since: Date } | null
}

/** Null when there is no such account. */
export async function readNoticeRow(db: Db, account: string): Promise<NoticeRow | null> {
  const { rows } = await sql<FoundRow>`
    select a.status, a.status_reason, r.paused_at, failed.reason as failure_reason, mail.email, mail.created_at as mailed_at,
      unpaid.count as unpaid_count, unpaid.since as unpaid_since
    from accounts a
    left join auto_recharges r on r.account_id = a.id
    left join lateral (
      select reason from topups
      where account_id = a.id and origin = 'auto' and settled_at is not null order by created_at desc limit 1
    ) as failed on true
    left join lateral (${lastMailThatFailed}) as mail on true
    left join lateral (
      select count(*)::integer as count, min(state_since) as since from phone_numbers
      where account_id = a.id and state in ('grace', 'suspended') having count(*) > 0
    ) as unpaid on true
    where a.id = ${account}`.execute(db)
  return rows[0] ? toRow(rows[0]) : null
}

/** The first address of those set now whose newest mail that has an end did not arrive. */
const lastMailThatFailed = sql`
  select address.email, newest.created_at
  from unnest(r.emails) with ordinality as address (email, place)
  cross join lateral (
    select state, created_at from mails
    where account_id = a.id and address.email = any(recipients) and state in ('delivered', 'bounced', 'dropped', 'suppressed')
    order by created_at desc limit 1
  ) as newest
  where newest.state <> 'delivered'
  order by place limit 1`

interface FoundRow {
  readonly status: AccountStatus
  readonly status_reason: string | null
  readonly paused_at: Date | null
  readonly failure_reason: string | null
  readonly email: string | null
  readonly mailed_at: Date | null
  readonly unpaid_count: number | null
  readonly unpaid_since: Date | null
}

function toRow(row: FoundRow): NoticeRow {
  const { email, mailed_at, unpaid_count, unpaid_since } = row
  return {
    status: row.status,
    statusReason: row.status_reason,
    pausedAt: row.paused_at,
    failureReason: row.failure_reason,
    undeliverable: email !== null && mailed_at !== null ? { email, at: mailed_at } : null,
    unpaid:
      unpaid_count !== null && unpaid_since !== null ? { count: unpaid_count, since: unpaid_since } : null,
  }
}
