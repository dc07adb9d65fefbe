import { cardNotices } from './card-notices.ts'
import { LOW_BALANCE_LEVELS } from './low-balance.ts'
import { dollars } from './mails/wording.ts'
import { formatUsd, ZERO_MICROS } from './money.ts'
import { actionFor, NOTICE_SEVERITIES, type Notice, type NoticeFacts, sentencesOf } from './notice.ts'

/** What is wrong with an account, or soon will be, the worst first; nothing when all is well. */
export function accountNotices(facts: NoticeFacts): Notice[] {
  if (facts.status === 'closed') return [CLOSED]
  const found = [
    ...serviceNotices(facts),
    ...paymentNotices(facts),
    ...rechargeNotices(facts),
    ...cardNotices(facts),
    ...otherNotices(facts),
  ]
  return found.sort((a, b) => rankOf(a) - rankOf(b))
}

function rankOf({ severity }: Notice): number {
  return NOTICE_SEVERITIES.indexOf(severity)
}

const CLOSED: Notice = {
  kind: 'account_closed',
  severity: 'critical',
  title: 'The account is closed.',
  detail: 'Calls and texts are refused, and nothing is charged any more.',
  action: { do: 'contact_us' },
  since: null,
}

function serviceNotices({
  status,
  isDisputed,
  available,
  rechargeEnabled,
  paused,
  failing,
}: NoticeFacts): Notice[] {
  if (status === 'suspended') {
    const why = isDisputed ? sentencesOf('dispute') : 'Contact us to have it opened again.'
    return [
      {
        kind: 'account_suspended',
        severity: 'critical',
        title: 'The account is suspended: calls and texts are refused.',
        detail: why,
        action: { do: 'contact_us' },
        since: null,
      },
    ]
  }
  if (available <= ZERO_MICROS) {
    return [
      {
        kind: 'service_stopped',
        severity: 'critical',
        title: 'Your credit is used up: service has stopped.',
        detail: 'No calls or texts, in or out, and no new numbers until credit is added.',
        action: { do: 'pay_now' },
        since: null,
      },
    ]
  }
  const [lowLevel] = LOW_BALANCE_LEVELS
  const isRefilled = rechargeEnabled && !paused && !failing
  if (lowLevel === undefined || available > lowLevel || isRefilled) return []
  return [
    {
      kind: 'low_credit',
      severity: 'warning',
      title: `Your credit is low: ${dollars(formatUsd(available))} left.`,
      detail: 'Service stops when it is used up, and no automatic recharge will add to it.',
      action: { do: 'pay_now' },
      since: null,
    },
  ]
}

function paymentNotices({ openTopup }: NoticeFacts): Notice[] {
  if (openTopup?.status === 'requires_action') {
    return [
      {
        kind: 'payment_needs_authentication',
        severity: 'critical',
        title: 'A payment waits for you.',
        detail: sentencesOf('authentication_required'),
        action: { do: 'authenticate', topup: openTopup.id },
        since: openTopup.createdAt,
      },
    ]
  }
  if (openTopup?.status !== 'unknown') return []
  return [
    {
      kind: 'payment_unknown',
      severity: 'info',
      title: 'A payment is being looked into.',
      detail: 'It is not known yet whether your card was charged. Nothing else is charged until it is.',
      action: null,
      since: openTopup.createdAt,
    },
  ]
}

function rechargeNotices({ rechargeEnabled, paused, failing }: NoticeFacts): Notice[] {
  if (paused) {
    return [
      {
        kind: 'recharge_paused',
        severity: 'critical',
        title: rechargeEnabled ? 'Auto-recharge is paused.' : 'Auto-recharge was turned off.',
        detail: sentencesOf(paused.reason),
        action: actionFor(paused.reason),
        since: paused.at,
      },
    ]
  }
  if (!failing || !rechargeEnabled) return []
  const { reason, since, nextTryAt } = failing
  const again = nextTryAt === null ? '' : ' It is tried again by itself.'
  return [
    {
      kind: 'recharge_failed',
      severity: 'critical',
      title: 'The last automatic recharge failed.',
      detail: `${sentencesOf(reason ?? 'card_declined')}${again}`,
      action: {
        do: reason !== null && actionFor(reason).do === 'register_card' ? 'register_card' : 'pay_now',
      },
      since,
    },
  ]
}

function otherNotices({ undeliverable, unpaid }: NoticeFacts): Notice[] {
  const notices: Notice[] = []
  if (unpaid) {
    const numbers = unpaid.count === 1 ? '1 phone number is' : `${unpaid.count} phone numbers are`
    notices.push({
      kind: 'number_unpaid',
      severity: 'warning',
      title: `${numbers} not paid.`,
      detail: 'What is not paid is suspended, and later released to others. Add credit to keep it.',
      action: { do: 'pay_now' },
      since: unpaid.since,
    })
  }
  if (undeliverable) {
    notices.push({
      kind: 'mail_undeliverable',
      severity: 'warning',
      title: `Mail to ${undeliverable.email} does not arrive.`,
      detail: 'It would not reach you if a recharge failed. Check the address.',
      action: { do: 'change_emails' },
      since: undeliverable.at,
    })
  }
  return notices
}
