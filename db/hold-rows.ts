import type { Grant, HoldAsk, HoldExtension, HoldKey, HoldReason, HoldState } from '../billing/hold.ts'
import { micros } from '../billing/money.ts'
import type { UsageItem, UsageKind } from '../billing/usage-record.ts'

/** A hold as it stands, or an ask that was refused. */
export interface Hold {
  readonly ask: HoldAsk
  readonly state: HoldState
  /** Why the ask was refused. */
  readonly reason: HoldReason | null
  /** When it was asked for: the rates of this instant price it. */
  readonly startedAt: Date
  readonly expiresAt: Date
  readonly endedAt: Date | null
  /** What the ask itself was granted. */
  readonly first: Grant
  /** With all extensions; what it had in the end, once it has ended. */
  readonly granted: Pick<Grant, 'seconds' | 'amount'>
  /** What priced it; null where it was refused. */
  readonly rate: { readonly versionId: number; readonly row: number } | null
  /** The prefix of the cap that its number falls under. */
  readonly cappedPrefix: string | null
}

/** The answer that an extension was given. */
export interface AnsweredExtension {
  readonly extension: HoldExtension
  readonly answeredAt: Date
  /** Null where it was refused, for the reason. */
  readonly grant: Grant | null
  readonly reason: HoldReason | null
}

export interface HoldRow {
  account_id: string
  request_id: string
  item: UsageItem
  kind: UsageKind | null
  from_number: string | null
  to_number: string
  segments: number | null
  wanted_seconds: number | null
  state: HoldState
  reason: HoldReason | null
  started_at: Date
  expires_at: Date
  ended_at: Date | null
  granted_seconds: number | null
  amount_micros: bigint
  first_seconds: number | null
  first_amount_micros: bigint
  first_warn_at: Date | null
  rate_version_id: number | null
  rate_row: number | null
  capped_prefix: string | null
}

export function toHold(row: HoldRow): Hold {
  const { rate_version_id: versionId, rate_row: rateRow } = row
  return {
    ask: {
      account: row.account_id,
      requestId: row.request_id,
      item: row.item,
      kind: row.kind,
      from: row.from_number,
      to: row.to_number,
      seconds: row.wanted_seconds,
      segments: row.segments,
    },
    state: row.state,
    reason: row.reason,
    startedAt: row.started_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    first: {
      seconds: row.first_seconds,
      amount: micros(row.first_amount_micros),
      warnAt: row.first_warn_at,
    },
    granted: { seconds: row.granted_seconds, amount: micros(row.amount_micros) },
    rate: versionId !== null && rateRow !== null ? { versionId, row: rateRow } : null,
    cappedPrefix: row.capped_prefix,
  }
}

export interface ExtensionRow {
  account_id: string
  hold_request_id: string
  request_id: string
  wanted_seconds: number
  answered_at: Date
  granted_seconds: number | null
  amount_micros: bigint
  warn_at: Date | null
  reason: HoldReason | null
}

export function toExtension(row: ExtensionRow): AnsweredExtension {
  const hold: HoldKey = { account: row.account_id, requestId: row.hold_request_id }
  return {
    extension: { hold, requestId: row.request_id, seconds: row.wanted_seconds },
    answeredAt: row.answered_at,
    grant:
      row.reason === null
        ? { seconds: row.granted_seconds, amount: micros(row.amount_micros), warnAt: row.warn_at }
        : null,
    reason: row.reason,
  }
}
