import { isEmergencyHold, parseHoldId } from '../billing/hold-id.ts'
import type { RatedUsage } from '../billing/rated-usage.ts'
import type { Clock, NewId } from '../config/clock.ts'
import { noteFinding } from '../db/findings.ts'
import { type NamingUsage, type SettleResult, settleHolds as settle } from '../db/settle-holds.ts'
import type { Tx } from '../db/transaction.ts'

/** A usage record that names a hold which it cannot settle. It is charged all the same. */
export interface RefusedSettlement {
  readonly account: string
  readonly usageId: string
  readonly holdId: string
  readonly code: 'unknown_hold' | 'foreign_hold' | 'settled_by_another'
}

export interface Settlements {
  readonly refused: readonly RefusedSettlement[]
  /** Accounts whose available credit came above zero by what was freed. */
  readonly crossed: readonly string[]
}

/**
 * Settles the holds that a group of usage names, in the transaction that charged the group. What cannot be settled moves
 * nothing and is a finding, one for an account and a code. A record that came before its hold was asked for settles it when it
 * comes again; one that is not stored with this hold leaves the hold to expire.
 */
export async function settleHolds(
  tx: Tx,
  { clock, newId }: { readonly clock: Clock; readonly newId: NewId },
  rated: readonly RatedUsage[],
): Promise<Settlements> {
  const named = rated.flatMap(namedHold)
  if (named.length === 0) return { refused: [], crossed: [] }
  const now = clock.now()
  const { results, crossed } = await settle(tx, named, now)
  const refused = named.flatMap((usage, index) => refusalOf(usage, results[index]))
  for (const [subject, [first]] of Map.groupBy(refused, ({ account, code }) => `${account}/${code}`)) {
    if (!first) continue
    const { account, usageId, holdId } = first
    const finding = { kind: 'hold_refused', subject, severity: 'warning', account } as const
    await noteFinding(tx, { ...finding, evidence: { usage: usageId, hold: holdId } }, { id: newId(), now })
  }
  return { refused, crossed }
}

/** Nothing is stored of an emergency call's hold, so there is nothing to settle. */
function namedHold({ record: { account, id, holdId } }: RatedUsage): NamingUsage[] {
  if (holdId === null) return []
  const key = parseHoldId(holdId)
  const isOwn = key?.account === account
  if (key && isOwn && isEmergencyHold(key)) return []
  return [{ account, usageId: id, holdId, requestId: key && isOwn ? key.requestId : null }]
}

function refusalOf(
  { account, usageId, holdId, requestId }: NamingUsage,
  result: SettleResult | undefined,
): RefusedSettlement[] {
  if (result === undefined || result === 'settled' || result === 'not_stored') return []
  const isForeign = requestId === null && parseHoldId(holdId) !== null
  return [{ account, usageId, holdId, code: isForeign ? 'foreign_hold' : result }]
}
