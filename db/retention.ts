import { type RawBuilder, sql } from 'kysely'
import type { Tx } from './transaction.ts'

const DAY_MS = 86_400_000

/** How long rows are kept once they have done their work. */
const KEPT_DAYS = {
  outbox: 14,
  stripe_events: 90,
  mail_events: 90,
  fix_links: 30,
  // Tokens and sessions are over within hours, and clients send a request again within a day.
  used_page_tokens: 2,
  page_sessions: 2,
  repeatable_requests: 7,
  hold_extensions: 35,
  holds: 35,
} as const

export type RetainedTable = keyof typeof KEPT_DAYS

export const RETAINED_TABLES = Object.keys(KEPT_DAYS) as readonly RetainedTable[]

/**
 * Looks at a page of a table's rows, in the order of their keys, and deletes those that had done their work long before
 * `now`. `last` is the key of the last row that was looked at; null after the end.
 */
export async function deleteOldRows(
  tx: Tx,
  { table, after, limit, now }: { table: RetainedTable; after: string | null; limit: number; now: Date },
): Promise<{ last: string | null; deleted: number }> {
  const { order, key, follows, isOver } = RULES[table]
  const before = new Date(now.getTime() - KEPT_DAYS[table] * DAY_MS)
  const { rows } = await sql<{ key: string; deleted: boolean }>`
    with page as materialized (
      select t.ctid as row_id, row_number() over (order by ${order}) as place, ${key} as key, ${isOver(before)} as is_over
      from ${sql.table(table)} t where ${after === null ? sql`true` : follows(after)} order by ${order} limit ${limit}
    ), gone as (
      delete from ${sql.table(table)} where ctid = any(array(select row_id from page where is_over))
      returning ctid as row_id
    )
    select page.key, gone.row_id is not null as deleted from page left join gone using (row_id) order by place`.execute(
    tx,
  )
  return { last: rows.at(-1)?.key ?? null, deleted: rows.filter(({ deleted }) => deleted).length }
}

interface RetentionRule {
  /** The columns of the primary key. */
  readonly order: RawBuilder<unknown>
  /** The same as one text. */
  readonly key: RawBuilder<unknown>
  readonly follows: (key: string) => RawBuilder<unknown>
  readonly isOver: (before: Date) => RawBuilder<unknown>
}

const byId = {
  order: sql`t.id`,
  key: sql`t.id`,
  follows: (key: string) => sql`t.id > ${key}`,
}

const RULES: Readonly<Record<RetainedTable, RetentionRule>> = {
  // An account's newest job of a name stays: it is what proves that a recharge was asked for.
  outbox: {
    order: sql`t.account_id, t.id`,
    key: sql`t.account_id || '/' || t.id`,
    follows: (key) =>
      sql`(t.account_id, t.id) > (split_part(${key}, '/', 1), split_part(${key}, '/', 2)::uuid)`,
    isOver: (before) => sql`t.done_at is not null and t.done_at < ${before} and exists (
      select from outbox newer where newer.account_id = t.account_id and newer.job = t.job
        and (newer.created_at, newer.id) > (t.created_at, t.id))`,
  },
  stripe_events: {
    ...byId,
    isOver: (before) => sql`t.processed_at is not null and t.processed_at < ${before}`,
  },
  mail_events: { ...byId, isOver: (before) => sql`t.received_at < ${before}` },
  fix_links: {
    order: sql`t.token_sha256`,
    key: sql`encode(t.token_sha256, 'hex')`,
    follows: (key) => sql`t.token_sha256 > decode(${key}, 'hex')`,
    isOver: (before) => sql`t.expires_at < ${before}`,
  },
  used_page_tokens: {
    order: sql`t.token_sha256`,
    key: sql`encode(t.token_sha256, 'hex')`,
    follows: (key) => sql`t.token_sha256 > decode(${key}, 'hex')`,
    isOver: (before) => sql`t.used_at < ${before}`,
  },
  page_sessions: {
    order: sql`t.secret_sha256`,
    key: sql`encode(t.secret_sha256, 'hex')`,
    follows: (key) => sql`t.secret_sha256 > decode(${key}, 'hex')`,
    isOver: (before) => sql`t.created_at < ${before}`,
  },
  repeatable_requests: {
    order: sql`t.account_id, t.key`,
    key: sql`t.account_id || '/' || t.key`,
    // The client's key may have slashes; the account has none.
    follows: (key) =>
      sql`(t.account_id, t.key) > (split_part(${key}, '/', 1), substr(${key}, strpos(${key}, '/') + 1) collate "C")`,
    isOver: (before) => sql`t.started_at < ${before}`,
  },
  // Before the holds, so that none is left without its hold.
  hold_extensions: {
    order: sql`t.account_id, t.hold_request_id, t.request_id`,
    key: sql`t.account_id || '/' || t.hold_request_id || '/' || t.request_id`,
    follows: (key) => sql`(t.account_id, t.hold_request_id, t.request_id)
      > (split_part(${key}, '/', 1), split_part(${key}, '/', 2), split_part(${key}, '/', 3))`,
    isOver: (before) => sql`not exists (select from holds h where h.account_id = t.account_id
      and h.request_id = t.hold_request_id and (h.ended_at is null or h.ended_at >= ${before}))`,
  },
  // A usage record that comes later is charged, and finds no hold to settle.
  holds: {
    order: sql`t.account_id, t.request_id`,
    key: sql`t.account_id || '/' || t.request_id`,
    follows: (key) =>
      sql`(t.account_id, t.request_id) > (split_part(${key}, '/', 1), split_part(${key}, '/', 2))`,
    isOver: (before) => sql`t.ended_at < ${before}`,
  },
}
