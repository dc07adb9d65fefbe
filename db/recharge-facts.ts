import { sql } from 'kysely'
import { cardExpiresAt } from '../billing/card-expiry.ts'
import { micros, sumMicros } from '../billing/money.ts'
import type { RechargeCard, RechargeFacts } from '../billing/recharge-rule.ts'
import { readAutoRecharge } from './auto-recharge.ts'
import { type Card, readCards } from './cards.ts'
import type { LockedAccount } from './lock-account.ts'
import type { Tx } from './transaction.ts'

const DAY_MS = 86_400_000
const CAPS_LOOK_BACK_MS = 30 * DAY_MS
const DECLINES_LOOK_BACK_MS = 14 * DAY_MS

/** Everything that decides whether an account is recharged at this moment. The account must be locked. */
export async function readRechargeFacts(tx: Tx, account: LockedAccount, now: Date): Promise<RechargeFacts> {
  const autoRecharge = await readAutoRecharge(tx, account.id)
  if (!autoRecharge) throw new Error(`account ${account.id} has no auto-recharge row`)
  const topups = await recentAutoTopups(tx, account.id, new Date(now.getTime() - CAPS_LOOK_BACK_MS))
  const open = await tx
    .selectFrom('topups')
    .select('amount_micros')
    .where('account_id', '=', account.id)
    .where('settled_at', 'is', null)
    .execute()
  const cards = await readCards(tx, account.id)
  return {
    enabled: account.rechargeEnabled,
    pausedReason: autoRecharge.pausedReason,
    accountActive: account.status === 'active',
    balance: account.balance,
    pending: sumMicros(open.map((topup) => micros(topup.amount_micros))),
    threshold: account.rechargeThreshold,
    amount: account.rechargeAmount,
    hasOpenTopup: open.length > 0,
    nextTryAt: autoRecharge.nextTryAt,
    recentTopups: topups,
    caps: autoRecharge.settings.caps,
    declinedTries: await declinedTries(tx, account.id, new Date(now.getTime() - DECLINES_LOOK_BACK_MS)),
    newestCardAt: cards.map(({ addedAt }) => addedAt).reduce<Date | null>(later, null),
    cards: await Promise.all(cards.map((card) => chargeableCard(tx, card, now))),
    now,
  }
}

function later(a: Date | null, b: Date): Date {
  return a !== null && a > b ? a : b
}

async function recentAutoTopups(tx: Tx, account: string, since: Date) {
  const rows = await tx
    .selectFrom('topups')
    .select(['created_at', 'amount_micros'])
    .where('account_id', '=', account)
    .where('origin', '=', 'auto')
    .where('created_at', '>', since)
    .where('status', 'not in', ['failed', 'canceled'])
    .execute()
  return rows.map((row) => ({ createdAt: row.created_at, amount: micros(row.amount_micros) }))
}

/** One for each top-up: a try of the backup card belongs to the same one. */
async function declinedTries(tx: Tx, account: string, since: Date): Promise<{ at: Date }[]> {
  const rows = await tx
    .selectFrom('topup_attempts')
    .select(({ fn }) => fn.max('settled_at').as('at'))
    .where('account_id', '=', account)
    .where('automatic', '=', true)
    .where('status', '=', 'declined')
    .where('settled_at', '>', since)
    .groupBy('topup_id')
    .execute()
  return rows.flatMap(({ at }) => (at ? [{ at }] : []))
}

/**
 * A card with its automatic declines in any account, since the networks count by card. What stops a card for good stops
 * its fingerprint: registering the same card again does not free it.
 */
async function chargeableCard(tx: Tx, card: Card, now: Date): Promise<RechargeCard> {
  const since = new Date(now.getTime() - CAPS_LOOK_BACK_MS)
  const declines = await tx
    .selectFrom('topup_attempts')
    .select('settled_at')
    .where('fingerprint', '=', card.fingerprint)
    .where('automatic', '=', true)
    .where('status', '=', 'declined')
    .where('settled_at', '>', since)
    .execute()
  const { rows } = await sql<{ reason: string }>`
    select stopped_reason as reason from cards
    where fingerprint = ${card.fingerprint} and stopped_for_good limit 1`.execute(tx)
  const open = await tx
    .selectFrom('topup_attempts')
    .select('topup_id')
    .where('fingerprint', '=', card.fingerprint)
    .where('automatic', '=', true)
    .where('settled_at', 'is', null)
    .executeTakeFirst()
  return {
    id: card.id,
    fingerprint: card.fingerprint,
    stoppedReason: card.stoppedReason ?? rows[0]?.reason ?? null,
    isExpired: cardExpiresAt(card) <= now,
    declinedAt: declines.flatMap(({ settled_at }) => (settled_at ? [settled_at] : [])),
    isBusy: open !== undefined,
  }
}
