import type { PauseReason } from '../billing/decline-reason.ts'
import { type Micros, micros } from '../billing/money.ts'
import type { RechargeCaps, RechargeSettings } from '../billing/recharge-settings.ts'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** Pauses that neither a payment nor a new card ends: somebody has to say so. */
const LASTING: readonly PauseReason[] = ['dispute', 'consent_revoked', 'limit_reached']
export const LASTING_PAUSES: ReadonlySet<string> = new Set(LASTING)

/** An account's auto-recharge: what the customer set, and how it stands. */
export interface AutoRecharge {
  readonly settings: RechargeSettings
  /** Why the system does not recharge although it is on, or why it turned it off; null while nothing is in the way. */
  readonly pausedReason: PauseReason | null
  readonly nextTryAt: Date | null
  /** Declined tries since the last success. */
  readonly declines: number
  /** Since when it fails; null while it does not. */
  readonly failingSince: Date | null
  /** The lowest level of low balance that was told. */
  readonly lowestNotice: Micros | null
}

/** Null when there is no such account. */
export async function readAutoRecharge(db: Db | Tx, account: string): Promise<AutoRecharge | null> {
  const row = await db
    .selectFrom('auto_recharges as r')
    .innerJoin('accounts as a', 'a.id', 'r.account_id')
    .selectAll('r')
    .select(['a.recharge_enabled', 'a.recharge_amount_micros', 'a.recharge_threshold_micros'])
    .where('r.account_id', '=', account)
    .executeTakeFirst()
  if (!row) return null
  return {
    settings: {
      enabled: row.recharge_enabled,
      amount: micros(row.recharge_amount_micros),
      threshold: micros(row.recharge_threshold_micros),
      emails: row.emails,
      caps: {
        day: { count: row.day_count_max, amount: micros(row.day_amount_max_micros) },
        week: { count: row.week_count_max, amount: micros(row.week_amount_max_micros) },
        month: { count: row.month_count_max, amount: micros(row.month_amount_max_micros) },
      },
    },
    pausedReason: row.paused_reason,
    nextTryAt: row.next_try_at,
    declines: row.declines,
    failingSince: row.failing_since,
    lowestNotice: row.lowest_notice_micros === null ? null : micros(row.lowest_notice_micros),
  }
}

/** Saves what the customer set, with who and when. The account must be locked. */
export async function saveRechargeSettings(
  tx: Tx,
  { account, settings, by }: { account: string; settings: RechargeSettings; by: string },
  { id, now }: { id: string; now: Date },
): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({
      recharge_enabled: settings.enabled,
      recharge_amount_micros: settings.amount,
      recharge_threshold_micros: settings.threshold,
    })
    .where('id', '=', account)
    .execute()
  await tx
    .updateTable('auto_recharges')
    .set({ emails: [...settings.emails], ...capColumns(settings.caps), updated_at: now, wake_at: now })
    .where('account_id', '=', account)
    .execute()
  await tx
    .insertInto('recharge_setting_changes')
    .values({ account_id: account, id, changed_at: now, changed_by: by, settings: settingsJson(settings) })
    .execute()
}

/** How auto-recharge stands, as far as it changes. The account must be locked. */
export async function updateAutoRecharge(
  tx: Tx,
  account: string,
  change: Partial<Pick<AutoRecharge, 'nextTryAt' | 'declines' | 'failingSince' | 'lowestNotice'>> & {
    /** When it is decided again whether to recharge. */
    readonly wakeAt?: Date | null
  },
): Promise<void> {
  await tx
    .updateTable('auto_recharges')
    .set({
      ...(change.nextTryAt === undefined ? {} : { next_try_at: change.nextTryAt }),
      ...(change.wakeAt === undefined ? {} : { wake_at: change.wakeAt }),
      ...(change.declines === undefined ? {} : { declines: change.declines }),
      ...(change.failingSince === undefined ? {} : { failing_since: change.failingSince }),
      ...(change.lowestNotice === undefined ? {} : { lowest_notice_micros: change.lowestNotice }),
    })
    .where('account_id', '=', account)
    .execute()
}

/**
 * Keeps auto-recharge from charging until something changes, or turns it off altogether, so that the customer has to turn
 * it on again. False when it is paused already; a pause that a payment does not end takes the place of one that it does.
 * The account must be locked, or what it holds.
 */
export async function pauseAutoRecharge(
  tx: Tx,
  { account, reason, switchOff }: { account: string; reason: PauseReason; switchOff: boolean },
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('auto_recharges')
    .set({ paused_reason: reason, paused_at: now, next_try_at: null, wake_at: null })
    .where('account_id', '=', account)
    .where(({ eb, or }) =>
      or([
        eb('paused_reason', 'is', null),
        ...(LASTING_PAUSES.has(reason) ? [eb('paused_reason', 'not in', LASTING)] : []),
      ]),
    )
    .executeTakeFirst()
  if (switchOff) {
    await tx.updateTable('accounts').set({ recharge_enabled: false }).where('id', '=', account).execute()
  }
  return numUpdatedRows === 1n
}

/**
 * Takes a pause back, and any wait after declines and rest of a card with it, and has it decided again. What stopped a card
 * for good stays. The account must be locked.
 */
export async function resumeAutoRecharge(tx: Tx, account: string, now: Date): Promise<void> {
  await tx
    .updateTable('auto_recharges')
    .set({ paused_reason: null, paused_at: null, next_try_at: null, declines: 0, wake_at: now })
    .where('account_id', '=', account)
    .execute()
  await tx
    .updateTable('cards')
    .set({ stopped_reason: null })
    .where('account_id', '=', account)
    .where('stopped_reason', 'is not', null)
    .where('stopped_for_good', '=', false)
    .execute()
}

/** Resumes auto-recharge from a pause that a payment or another card ends; any other stays. The account must be locked. */
export async function resumeFromPassingPause(tx: Tx, account: string, now: Date): Promise<void> {
  const paused = (await readAutoRecharge(tx, account))?.pausedReason ?? null
  if (paused !== null && !LASTING_PAUSES.has(paused)) await resumeAutoRecharge(tx, account, now)
}

function capColumns({ day, week, month }: RechargeCaps) {
  return {
    day_count_max: day.count,
    day_amount_max_micros: day.amount,
    week_count_max: week.count,
    week_amount_max_micros: week.amount,
    month_count_max: month.count,
    month_amount_max_micros: month.amount,
  }
}

/** Micros as text: JSON numbers are rounded by readers. */
function settingsJson(settings: RechargeSettings): string {
  return JSON.stringify(settings, (_key, value) => (typeof value === 'bigint' ? value.toString() : value))
}
