import type { NoticeFacts } from '../billing/mails/staleness.ts'
import { micros } from '../billing/money.ts'
import type { Tx } from './transaction.ts'

/** What the mails of an account depend on when they are sent. */
export interface MailFacts extends NoticeFacts {
  /** IANA name. */
  readonly timeZone: string
}

export async function readMailFacts(tx: Tx, account: string): Promise<MailFacts> {
  const row = await tx
    .selectFrom('accounts')
    .leftJoin('auto_recharges', 'auto_recharges.account_id', 'accounts.id')
    .select(['time_zone', 'balance_micros', 'recharge_enabled', 'paused_reason', 'failing_since'])
    .where('accounts.id', '=', account)
    .executeTakeFirstOrThrow()
  const cards = await tx
    .selectFrom('cards')
    .select(['id', 'expiry_month', 'expiry_year'])
    .where('account_id', '=', account)
    .where('role', 'is not', null)
    .execute()
  const unpaid = await tx
    .selectFrom('phone_numbers')
    .select(['number', 'state'])
    .where('account_id', '=', account)
    .where('state', 'in', ['grace', 'suspended'])
    .execute()
  return {
    timeZone: row.time_zone,
    balance: micros(row.balance_micros),
    rechargeEnabled: row.recharge_enabled,
    pausedReason: row.paused_reason,
    failingSince: row.failing_since,
    cards: cards.map((card) => ({
      id: card.id,
      expiryMonth: card.expiry_month,
      expiryYear: card.expiry_year,
    })),
    unpaidNumbers: unpaid.flatMap(({ number, state }) =>
      state === 'grace' || state === 'suspended' ? [{ number, state }] : [],
    ),
  }
}
