import { describeReason, type PauseReason } from './decline-reason.ts'
import type { Micros } from './money.ts'

export const NOTICE_SEVERITIES = ['critical', 'warning', 'info'] as const
export const NOTICE_ACTIONS = [
  'pay_now',
  'register_card',
  'resume_recharge',
  'authenticate',
  'change_emails',
  'contact_us',
] as const

/** Something that the customer should know of, and what they can do about it. */
export interface Notice {
  readonly kind: NoticeKind
  readonly severity: (typeof NOTICE_SEVERITIES)[number]
  readonly title: string
  readonly detail: string
  /** `topup` names the payment to authenticate. */
  readonly action: { readonly do: (typeof NOTICE_ACTIONS)[number]; readonly topup?: string } | null
  /** Since when it is so, where that is known. */
  readonly since: Date | null
}

export const NOTICE_KINDS = [
  'account_closed',
  'account_suspended',
  'service_stopped',
  'payment_needs_authentication',
  'recharge_failed',
  'recharge_paused',
  'payment_unknown',
  'card_missing',
  'card_stopped',
  'card_expired',
  'card_expiring',
  'low_credit',
  'mail_undeliverable',
  'number_unpaid',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

export interface NoticeCard {
  /** Brand and last digits. */
  readonly name: string
  readonly role: 'default' | 'backup'
  readonly expiresAt: Date
  readonly stoppedReason: PauseReason | null
}

/** How an account stands. */
export interface NoticeFacts {
  readonly status: 'active' | 'suspended' | 'closed'
  /** A payment of it is disputed, and that is why it is suspended. */
  readonly isDisputed: boolean
  readonly available: Micros
  readonly rechargeEnabled: boolean
  readonly paused: { readonly reason: PauseReason; readonly at: Date | null } | null
  /** Of the last automatic recharges in a row, while they fail. */
  readonly failing: {
    readonly reason: PauseReason | null
    readonly since: Date
    readonly nextTryAt: Date | null
  } | null
  /** The top-up that has no end yet. */
  readonly openTopup: { readonly id: string; readonly status: string; readonly createdAt: Date } | null
  /** The default card first. */
  readonly cards: readonly NoticeCard[]
  /** An address for failures whose last mail did not arrive, and when that was. */
  readonly undeliverable: { readonly email: string; readonly at: Date } | null
  /** The numbers that are not paid, and since when the first of them is. */
  readonly unpaid: { readonly count: number; readonly since: Date } | null
  readonly now: Date
}

/** Reasons that a card has to be registered for. */
const NEEDS_CARD: ReadonlySet<PauseReason> = new Set<PauseReason>([
  'no_card',
  'card_expired',
  'card_details',
  'card_not_supported',
  'consent_revoked',
  'card_declined',
])

/** What a customer can do about a reason for which cards are not charged. */
export function actionFor(reason: PauseReason): NonNullable<Notice['action']> {
  if (reason === 'dispute') return { do: 'contact_us' }
  return { do: NEEDS_CARD.has(reason) ? 'register_card' : 'resume_recharge' }
}

/** A reason as two sentences: what happened, and what to do. */
export function sentencesOf(reason: PauseReason): string {
  const { title, whatToDo } = describeReason(reason)
  return `${title} ${whatToDo}`
}
