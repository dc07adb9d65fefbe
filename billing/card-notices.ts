import type { Notice, NoticeCard, NoticeFacts } from './notice.ts'
import { actionFor, sentencesOf } from './notice.ts'

/** How long before its end a card is told of. */
const EXPIRES_SOON_MS = 31 * 86_400_000

/** What is wrong with an account's cards; what a pause of auto-recharge tells already is not told twice. */
export function cardNotices({ cards, rechargeEnabled, paused, now }: NoticeFacts): Notice[] {
  if (cards.length > 0) return cards.flatMap((card) => noticesOf(card, { isPaused: paused !== null, now }))
  if (paused?.reason === 'no_card') return []
  return [
    {
      kind: 'card_missing',
      severity: rechargeEnabled ? 'warning' : 'info',
      title: 'There is no card on file.',
      detail: rechargeEnabled
        ? 'Auto-recharge has nothing to charge. Register a card.'
        : 'Register a card to add credit.',
      action: { do: 'register_card' },
      since: null,
    },
  ]
}

function noticesOf(card: NoticeCard, { isPaused, now }: { isPaused: boolean; now: Date }): Notice[] {
  const { name, expiresAt, stoppedReason } = card
  const which = card.role === 'default' ? 'Your card' : 'Your backup card'
  const registerCard = { do: 'register_card' } as const
  if (expiresAt <= now) {
    const title = `${which} ${name} has expired.`
    const detail = 'Register the new one.'
    return [
      { kind: 'card_expired', severity: 'warning', title, detail, action: registerCard, since: expiresAt },
    ]
  }
  if (stoppedReason !== null && !isPaused) {
    const title = `${which} ${name} is not charged automatically.`
    const detail = sentencesOf(stoppedReason)
    const action = actionFor(stoppedReason)
    return [{ kind: 'card_stopped', severity: 'warning', title, detail, action, since: null }]
  }
  if (expiresAt.getTime() - now.getTime() > EXPIRES_SOON_MS) return []
  const title = `${which} ${name} expires soon.`
  const detail = 'Register the new one before then, so that automatic recharges go on.'
  return [{ kind: 'card_expiring', severity: 'warning', title, detail, action: registerCard, since: null }]
}
