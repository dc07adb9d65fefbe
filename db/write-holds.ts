import { type RawBuilder, sql } from 'kysely'
import type { Micros } from '../billing/money.ts'
import type { AnsweredExtension, Hold } from './hold-rows.ts'

/** What a group of decisions comes to. */
export interface DecidedHolds {
  readonly added: readonly Hold[]
  /** Extended or ended. */
  readonly changed: readonly Hold[]
  readonly extensions: readonly AnsweredExtension[]
  /** What accounts hold from now on. */
  readonly accounts: readonly { readonly id: string; readonly held: Micros; readonly openCalls: number }[]
}

/**
 * The statement that writes what was decided; none where nothing was. What the accounts hold must be locked since before the
 * decisions. Rows travel as JSON: for the few rows of most groups that costs half of what an array a column does.
 */
export function holdWrites({ added, changed, extensions, accounts }: DecidedHolds): RawBuilder<unknown>[] {
  const parts = [
    ...(added.length > 0 ? [sql`added as (${adding(added)})`] : []),
    ...(changed.length > 0 ? [sql`changed as (${changing(changed)})`] : []),
    ...(extensions.length > 0 ? [sql`extended as (${addingExtensions(extensions)})`] : []),
    ...(accounts.length > 0 ? [sql`moved as (${changingAccounts(accounts)})`] : []),
  ]
  return parts.length > 0 ? [sql`with ${sql.join(parts)} select`] : []
}

function adding(holds: readonly Hold[]): RawBuilder<unknown> {
  const columns =
    sql.raw(`account_id, request_id, item, kind, from_number, to_number, segments, wanted_seconds, state,
    reason, started_at, expires_at, ended_at, granted_seconds, amount_micros, first_seconds, first_amount_micros,
    first_warn_at, rate_version_id, rate_row, capped_prefix`)
  const rows = holds.map((hold) => ({
    ...changedColumns(hold),
    item: hold.ask.item,
    kind: hold.ask.kind,
    from_number: hold.ask.from,
    to_number: hold.ask.to,
    segments: hold.ask.segments,
    wanted_seconds: hold.ask.seconds,
    reason: hold.reason,
    started_at: hold.startedAt,
    first_seconds: hold.first.seconds,
    first_amount_micros: String(hold.first.amount),
    first_warn_at: hold.first.warnAt,
    rate_version_id: hold.rate?.versionId ?? null,
    rate_row: hold.rate?.row ?? null,
    capped_prefix: hold.cappedPrefix,
  }))
  return sql`
    insert into holds (${columns})
    select ${columns} from json_populate_recordset(null::holds, ${JSON.stringify(rows)}::json)`
}

// Changed rows are found one by one: the planner believes that JSON has many rows, and would read the whole table for them.
function changing(holds: readonly Hold[]): RawBuilder<unknown> {
  return sql`
    update holds h set state = t.state, expires_at = t.expires_at, ended_at = t.ended_at,
      granted_seconds = t.granted_seconds, amount_micros = t.amount_micros
    from json_populate_recordset(null::holds, ${JSON.stringify(holds.map(changedColumns))}::json) as t
      cross join lateral (
        select ctid as place from holds where account_id = t.account_id and request_id = t.request_id offset 0
      ) as found
    where h.ctid = found.place`
}

function changedColumns({ ask, state, expiresAt, endedAt, granted }: Hold) {
  return {
    account_id: ask.account,
    request_id: ask.requestId,
    state,
    expires_at: expiresAt,
    ended_at: endedAt,
    granted_seconds: granted.seconds,
    amount_micros: String(granted.amount),
  }
}

function addingExtensions(extensions: readonly AnsweredExtension[]): RawBuilder<unknown> {
  const columns =
    sql.raw(`account_id, hold_request_id, request_id, wanted_seconds, answered_at, granted_seconds,
    amount_micros, warn_at, reason`)
  const rows = extensions.map(({ extension, answeredAt, grant, reason }) => ({
    account_id: extension.hold.account,
    hold_request_id: extension.hold.requestId,
    request_id: extension.requestId,
    wanted_seconds: extension.seconds,
    answered_at: answeredAt,
    granted_seconds: grant?.seconds ?? null,
    amount_micros: String(grant?.amount ?? 0n),
    warn_at: grant?.warnAt ?? null,
    reason,
  }))
  return sql`
    insert into hold_extensions (${columns})
    select ${columns} from json_populate_recordset(null::hold_extensions, ${JSON.stringify(rows)}::json)`
}

function changingAccounts(accounts: DecidedHolds['accounts']): RawBuilder<unknown> {
  const rows = accounts.map(({ id, held, openCalls }) => ({
    account_id: id,
    held_micros: String(held),
    open_calls: openCalls,
  }))
  return sql`
    update account_holds h set held_micros = t.held_micros, open_calls = t.open_calls
    from json_populate_recordset(null::account_holds, ${JSON.stringify(rows)}::json) as t
      cross join lateral (select ctid as place from account_holds where account_id = t.account_id offset 0) as found
    where h.ctid = found.place`
}
