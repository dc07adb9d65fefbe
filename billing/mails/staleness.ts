import type { Micros } from '../money.ts'
import { parseUsd } from '../money.ts'
import { cardExpires } from './card-expires.ts'
import { lowBalance } from './low-balance.ts'
import { numberNoticeContent } from './number-notice.ts'
import type { MailTemplate } from './templates.ts'

/** How an account stands when a notice about it is to be sent. */
export interface NoticeFacts {
  readonly balance: Micros
  readonly rechargeEnabled: boolean
  readonly pausedReason: string | null
  /** Since when automatic recharges fail. */
  readonly failingSince: Date | null
  /** The cards in use. */
  readonly cards: readonly {
    readonly id: string
    readonly expiryMonth: number
    readonly expiryYear: number
  }[]
  /** The numbers whose renewal is not paid. */
  readonly unpaidNumbers: readonly { readonly number: string; readonly state: 'grace' | 'suspended' }[]
}

interface Notice {
  readonly template: MailTemplate
  readonly content: unknown
  readonly createdAt: Date
}

const AGE_MAX_MS = 3 * 24 * 3_600_000

/** Why a notice is no longer worth sending; null while it is. A receipt always is. */
export function staleReason(notice: Notice, facts: NoticeFacts, now: Date): string | null {
  const { template, createdAt } = notice
  if (template === 'receipt') return null
  if (now.getTime() - createdAt.getTime() > AGE_MAX_MS) return 'stale: older than 3 days'
  return template === 'digest' ? null : overtakenBy(template, notice.content, facts)
}

function overtakenBy(
  template: Exclude<MailTemplate, 'digest' | 'receipt'>,
  content: unknown,
  facts: NoticeFacts,
): string | null {
  switch (template) {
    case 'recharge_failed':
    case 'authentication_needed':
      return facts.failingSince === null ? 'stale: the recharge no longer fails' : null
    case 'recharge_switched_off':
      return facts.rechargeEnabled && facts.pausedReason === null ? 'stale: auto-recharge is on again' : null
    case 'limit_reached':
      return null
    case 'recharge_recovered':
      return facts.failingSince === null ? null : 'stale: the recharge fails again'
    case 'low_balance':
      return isAbove(content, facts) ? 'stale: the credit is above the level again' : null
    case 'card_expires':
      return expiresStill(content, facts) ? null : 'stale: the card was renewed or is not in use'
    case 'notice_renewal_uncovered':
    case 'notice_grace':
    case 'notice_suspension':
    case 'notice_release':
      return overtakenNumber(template, content, facts)
  }
}

function isAbove(content: unknown, { balance }: NoticeFacts): boolean {
  return balance > parseUsd(lowBalance.content.parse(content).level)
}

function expiresStill(content: unknown, { cards }: NoticeFacts): boolean {
  const { cardId, expiryMonth, expiryYear } = cardExpires.content.parse(content)
  const card = cards.find(({ id }) => id === cardId)
  return card?.expiryMonth === expiryMonth && card.expiryYear === expiryYear
}

/** What has become of the number that a notice warns of. */
function overtakenNumber(
  template: NumberNotice,
  content: unknown,
  { balance, unpaidNumbers }: NoticeFacts,
): string | null {
  const { number, price } = numberNoticeContent.parse(content)
  const state = WARNED_STATES[template]
  if (state === null) {
    const isCovered = price !== null && balance >= parseUsd(price)
    return isCovered ? 'stale: the credit covers the renewal' : null
  }
  const isStill = unpaidNumbers.some((one) => one.number === number && one.state === state)
  return isStill ? null : `stale: the number is not in the state ${state} any more`
}

type NumberNotice = 'notice_renewal_uncovered' | 'notice_grace' | 'notice_suspension' | 'notice_release'

/** The state that a number is in when the notice is worth reading; null for one that is paid up. */
const WARNED_STATES: Readonly<Record<NumberNotice, 'grace' | 'suspended' | null>> = {
  notice_renewal_uncovered: null,
  notice_grace: 'grace',
  notice_suspension: 'grace',
  notice_release: 'suspended',
}
