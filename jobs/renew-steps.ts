import { periodStart } from '../billing/renewal-calendar.ts'
import type { RenewalDecision, RenewalSettings } from '../billing/renewal-decision.ts'
import type { RenewalNotice } from '../billing/renewal-notice.ts'
import { isKnownZone } from '../billing/renewal-zone.ts'
import type { NumberChange } from '../db/number-changes.ts'
import type { PhoneNumber } from '../db/phone-numbers.ts'
import { BY_RENEWALS, type PaidNumber, type RenewalMoment } from './renew-charges.ts'

const DAY_MS = 86_400_000

/** A number after the step that follows where credit pays no more, and what its history says of that. */
export function takeStep(
  paid: PaidNumber,
  moment: RenewalMoment,
): { readonly number: PhoneNumber; readonly changes: readonly NumberChange[] } {
  const { number, step, next } = paid
  const { decision, notices } = step
  const change = changeOf(decision, { period: next?.key ?? '', settings: moment.settings })
  const state = change?.state ?? number.state
  return {
    number: {
      ...number,
      state,
      stateSince: change ? moment.now : number.stateSince,
      nextLookAt: nextLook(paid, moment),
      noticedAt: notices.length === 0 ? number.noticedAt : withNotices(number, notices, moment.now),
    },
    changes: change ? [change] : [],
  }
}

/** When an active number that is paid up is looked at: in time for the notice of a renewal, then when it begins. */
function lookAtRenewal(
  startsAt: Date,
  { now, noticeDays }: { readonly now: Date; readonly noticeDays: number },
): Date {
  const noticeAt = new Date(startsAt.getTime() - noticeDays * DAY_MS)
  return now < noticeAt ? noticeAt : startsAt
}

/** The same for a number that has just come to an account; a zone that is unknown is for the next run to tell. */
export function firstLook(
  { anchor, lastChargedIndex }: Pick<PhoneNumber, 'anchor' | 'lastChargedIndex'>,
  { now, noticeDays }: { readonly now: Date; readonly noticeDays: number },
): Date {
  if (!isKnownZone(anchor.timeZone)) return now
  return lookAtRenewal(periodStart(anchor, lastChargedIndex + 1), { now, noticeDays })
}

function nextLook(paid: PaidNumber, { now, settings: { noticeDays } }: RenewalMoment): Date | null {
  const { number, step } = paid
  const { decision } = step
  switch (decision.do) {
    case 'nothing':
      if (decision.nextDueAt === null) return null
      // Whether a recharge will cover it may be known otherwise tomorrow.
      if (mayNeedNotice(paid)) return now
      return lookAtRenewal(decision.nextDueAt, { now, noticeDays })
    case 'release':
      return null
    // The night's next run: its cut-off lies after now. Those that catch up end before.
    case 'enter_grace':
    case 'stay_grace':
    case 'suspend':
    case 'stay_suspended':
      return now
    // It stays due.
    default:
      return number.nextLookAt ?? now
  }
}

/** It is not covered by the credit that there is, and nobody was told. */
function mayNeedNotice({ number, step, price, available }: PaidNumber): boolean {
  const isTold = number.noticedAt.notice_renewal_uncovered !== undefined || step.notices.length > 0
  return price !== null && price.amount > 0n && price.amount > available && !isTold
}

function changeOf(
  decision: RenewalDecision,
  { period, settings }: { period: string; settings: RenewalSettings },
): NumberChange | null {
  const by = BY_RENEWALS
  switch (decision.do) {
    case 'enter_grace':
      return { event: 'enter_grace', state: 'grace', reason: `the renewal of ${period} is not paid`, by }
    case 'suspend':
      return { event: 'suspend', state: 'suspended', reason: unpaidFor(settings.graceDays), by }
    case 'release':
      return { event: 'release', state: 'released', reason: suspendedFor(settings.suspendedDays), by }
    default:
      return null
  }
}

function unpaidFor(days: number): string {
  return `the renewal was not paid in ${days} days of grace`
}

function suspendedFor(days: number): string {
  return `the renewal was not paid in ${days} days of suspension`
}

function withNotices({ noticedAt }: PhoneNumber, notices: readonly RenewalNotice[], now: Date) {
  return { ...noticedAt, ...Object.fromEntries(notices.map((notice) => [notice, now])) }
}
