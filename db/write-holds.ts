import { sql } from 'kysely'
import type { Micros } from '../billing/money.ts'
import { arrayLiteral } from './array-literal.ts'
import type { AnsweredExtension, Hold } from './hold-rows.ts'
import type { Tx } from './transaction.ts'

/** What a group of decisions comes to. */
export interface DecidedHolds {
  readonly added: readonly Hold[]
  /** Extended or ended. */
  readonly changed: readonly Hold[]
  readonly extensions: readonly AnsweredExtension[]
  /** What accounts hold from now on. */
  readonly accounts: readonly { readonly id: string; readonly held: Micros; readonly openCalls: number }[]
}

/** Writes what was decided, in one statement. The accounts must be locked since before the decisions. */
export async function writeHolds(tx: Tx, decided: DecidedHolds): Promise<void> {
  const { added, changed, extensions, accounts } = decided
  if (added.length + changed.length + extensions.length === 0) return
  const add = addedColumns(added)
  const change = changedColumns(changed)
  const extend = extensionColumns(extensions)
  await sql`
    with added as (
      insert into holds (account_id, request_id, item, kind, from_number, to_number, segments, wanted_seconds, state,
        reason, started_at, expires_at, ended_at, granted_seconds, amount_micros, first_seconds, first_amount_micros,
        first_warn_at, rate_version_id, rate_row, capped_prefix)
      select account_id, request_id, item, kind, from_number, to_number, segments, wanted_seconds, state, reason,
        to_timestamp(started_ms / 1000.0::float8), to_timestamp(expires_ms / 1000.0::float8),
        to_timestamp(ended_ms / 1000.0::float8), granted_seconds, amount_micros, first_seconds, first_amount_micros,
        to_timestamp(first_warn_ms / 1000.0::float8), rate_version_id, rate_row, capped_prefix
      from unnest(
        ${add.account}::text[], ${add.requestId}::text[], ${add.item}::item[], ${add.kind}::usage_kind[],
        ${add.from}::text[], ${add.to}::text[], ${add.segments}::smallint[], ${add.wantedSeconds}::integer[],
        ${add.state}::hold_state[], ${add.reason}::text[], ${add.startedMs}::bigint[], ${add.expiresMs}::bigint[],
        ${add.endedMs}::bigint[], ${add.grantedSeconds}::integer[], ${add.amountMicros}::bigint[],
        ${add.firstSeconds}::integer[], ${add.firstAmountMicros}::bigint[], ${add.firstWarnMs}::bigint[],
        ${add.rateVersionId}::integer[], ${add.rateRow}::integer[], ${add.cappedPrefix}::text[]
      ) as t (account_id, request_id, item, kind, from_number, to_number, segments, wanted_seconds, state, reason,
        started_ms, expires_ms, ended_ms, granted_seconds, amount_micros, first_seconds, first_amount_micros,
        first_warn_ms, rate_version_id, rate_row, capped_prefix)
    ),
    changed as (
      update holds h set state = t.state, expires_at = to_timestamp(t.expires_ms / 1000.0::float8),
        ended_at = to_timestamp(t.ended_ms / 1000.0::float8), granted_seconds = t.granted_seconds,
        amount_micros = t.amount_micros
      from unnest(
        ${change.account}::text[], ${change.requestId}::text[], ${change.state}::hold_state[],
        ${change.expiresMs}::bigint[], ${change.endedMs}::bigint[], ${change.grantedSeconds}::integer[],
        ${change.amountMicros}::bigint[]
      ) as t (account_id, request_id, state, expires_ms, ended_ms, granted_seconds, amount_micros)
      where h.account_id = t.account_id and h.request_id = t.request_id
    ),
    extended as (
      insert into hold_extensions (account_id, hold_request_id, request_id, wanted_seconds, answered_at,
        granted_seconds, amount_micros, warn_at, reason)
      select account_id, hold_request_id, request_id, wanted_seconds, to_timestamp(answered_ms / 1000.0::float8),
        granted_seconds, amount_micros, to_timestamp(warn_ms / 1000.0::float8), reason
      from unnest(
        ${extend.account}::text[], ${extend.hold}::text[], ${extend.requestId}::text[],
        ${extend.wantedSeconds}::integer[], ${extend.answeredMs}::bigint[], ${extend.grantedSeconds}::integer[],
        ${extend.amountMicros}::bigint[], ${extend.warnMs}::bigint[], ${extend.reason}::text[]
      ) as t (account_id, hold_request_id, request_id, wanted_seconds, answered_ms, granted_seconds, amount_micros,
        warn_ms, reason)
    )
    update accounts a set held_micros = t.held_micros, open_calls = t.open_calls
    from unnest(
      ${arrayLiteral(accounts.map(({ id }) => id))}::text[], ${arrayLiteral(accounts.map(({ held }) => held))}::bigint[],
      ${arrayLiteral(accounts.map(({ openCalls }) => openCalls))}::integer[]
    ) as t (id, held_micros, open_calls)
    where a.id = t.id`.execute(tx)
}

function addedColumns(holds: readonly Hold[]) {
  return {
    ...changedColumns(holds),
    item: arrayLiteral(holds.map(({ ask }) => ask.item)),
    kind: arrayLiteral(holds.map(({ ask }) => ask.kind)),
    from: arrayLiteral(holds.map(({ ask }) => ask.from)),
    to: arrayLiteral(holds.map(({ ask }) => ask.to)),
    segments: arrayLiteral(holds.map(({ ask }) => ask.segments)),
    wantedSeconds: arrayLiteral(holds.map(({ ask }) => ask.seconds)),
    reason: arrayLiteral(holds.map(({ reason }) => reason)),
    startedMs: arrayLiteral(holds.map(({ startedAt }) => startedAt.getTime())),
    firstSeconds: arrayLiteral(holds.map(({ first }) => first.seconds)),
    firstAmountMicros: arrayLiteral(holds.map(({ first }) => first.amount)),
    firstWarnMs: arrayLiteral(holds.map(({ first }) => first.warnAt?.getTime() ?? null)),
    rateVersionId: arrayLiteral(holds.map(({ rate }) => rate?.versionId ?? null)),
    rateRow: arrayLiteral(holds.map(({ rate }) => rate?.row ?? null)),
    cappedPrefix: arrayLiteral(holds.map(({ cappedPrefix }) => cappedPrefix)),
  }
}

function changedColumns(holds: readonly Hold[]) {
  return {
    account: arrayLiteral(holds.map(({ ask }) => ask.account)),
    requestId: arrayLiteral(holds.map(({ ask }) => ask.requestId)),
    state: arrayLiteral(holds.map(({ state }) => state)),
    expiresMs: arrayLiteral(holds.map(({ expiresAt }) => expiresAt.getTime())),
    endedMs: arrayLiteral(holds.map(({ endedAt }) => endedAt?.getTime() ?? null)),
    grantedSeconds: arrayLiteral(holds.map(({ granted }) => granted.seconds)),
    amountMicros: arrayLiteral(holds.map(({ granted }) => granted.amount)),
  }
}

function extensionColumns(extensions: readonly AnsweredExtension[]) {
  return {
    account: arrayLiteral(extensions.map(({ extension }) => extension.hold.account)),
    hold: arrayLiteral(extensions.map(({ extension }) => extension.hold.requestId)),
    requestId: arrayLiteral(extensions.map(({ extension }) => extension.requestId)),
    wantedSeconds: arrayLiteral(extensions.map(({ extension }) => extension.seconds)),
    answeredMs: arrayLiteral(extensions.map(({ answeredAt }) => answeredAt.getTime())),
    grantedSeconds: arrayLiteral(extensions.map(({ grant }) => grant?.seconds ?? null)),
    amountMicros: arrayLiteral(extensions.map(({ grant }) => grant?.amount ?? 0n)),
    warnMs: arrayLiteral(extensions.map(({ grant }) => grant?.warnAt?.getTime() ?? null)),
    reason: arrayLiteral(extensions.map(({ reason }) => reason)),
  }
}
