import { cardExpiresAt } from '../billing/card-expiry.ts'
import { PAUSE_REASONS, type PauseReason } from '../billing/decline-reason.ts'
import { cardName } from '../billing/mails/wording.ts'
import { subtractMicros } from '../billing/money.ts'
import type { NoticeCard, NoticeFacts } from '../billing/notice.ts'
import { readAutoRecharge } from '../db/auto-recharge.ts'
import { readBalance } from '../db/balance.ts'
import { type Card, readCards } from '../db/cards.ts'
import { readNoticeRow } from '../db/notice-facts.ts'
import { readOpenTopup } from '../db/topups.ts'
import { loadReserve } from '../jobs/renew-reserve.ts'
import type { WebContext } from './route.ts'

/** How an account stands, for its notices. Null when there is no such account. */
export async function readNoticeFacts(
  { db, rateBook, clock }: Pick<WebContext, 'db' | 'rateBook' | 'clock'>,
  account: string,
): Promise<NoticeFacts | null> {
  const now = clock.now()
  const row = await readNoticeRow(db, account)
  const autoRecharge = await readAutoRecharge(db, account)
  const found = await readBalance(db, account, null)
  if (!row || !autoRecharge || !found) return null
  const reserved = await loadReserve({ db, rateBook }, { account, now })
  const { settings, pausedReason, failingSince, nextTryAt } = autoRecharge
  return {
    status: row.status,
    isDisputed: row.statusReason === 'dispute',
    available: subtractMicros(subtractMicros(found.balance, found.held), reserved),
    rechargeEnabled: settings.enabled,
    paused: pausedReason && { reason: pausedReason, at: row.pausedAt },
    failing: failingSince && { reason: knownReason(row.failureReason), since: failingSince, nextTryAt },
    openTopup: await readOpenTopup(db, account),
    cards: (await readCards(db, account)).map(noticeCard),
    undeliverable: row.undeliverable,
    unpaid: row.unpaid,
    now,
  }
}

function noticeCard(card: Card): NoticeCard {
  const { role, stoppedReason } = card
  return {
    name: cardName(card),
    role,
    expiresAt: cardExpiresAt(card),
    stoppedReason: stoppedReason === null ? null : (knownReason(stoppedReason) ?? 'card_declined'),
  }
}

function knownReason(reason: string | null): PauseReason | null {
  return PAUSE_REASONS.find((one) => one === reason) ?? null
}
