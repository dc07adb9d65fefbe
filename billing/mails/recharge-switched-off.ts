import { z } from 'zod'
import { describeReason, PAUSE_REASONS, type ReasonWords } from '../decline-reason.ts'
import { defineTemplate } from './define-template.ts'
import { card, cardName, instant, money, serviceOutlook, time } from './wording.ts'

const SWITCH_OFF_REASONS = [...PAUSE_REASONS, 'operator'] as const

/** Why auto-recharge rests until somebody acts. */
export type SwitchOffReason = (typeof SWITCH_OFF_REASONS)[number]

/** The system, or an operator, switched auto-recharge off. */
export const rechargeSwitchedOff = defineTemplate({
  content: z.object({
    reason: z.enum(SWITCH_OFF_REASONS),
    card: card.nullable(),
    balance: money,
    at: instant,
  }),
  hasFixLink: true,

  write: ({ reason, card, balance, at }, { timeZone, fixUrl }) => {
    const { title, whatToDo } = wordsOf(reason)
    return {
      subject: 'Auto-recharge is switched off',
      sections: [
        {
          heading: 'Auto-recharge is switched off',
          paragraphs: [
            `${title} ${whatToDo}`,
            'Your card is not charged automatically until auto-recharge is on again.',
            serviceOutlook(balance),
          ],
          facts: [
            ...(card ? [{ label: 'Card', value: cardName(card) }] : []),
            { label: 'Switched off', value: time(at, timeZone) },
          ],
        },
      ],
      button: fixUrl === null ? null : { label: 'Turn auto-recharge on again', url: fixUrl },
    }
  },
})

function wordsOf(reason: SwitchOffReason): ReasonWords {
  if (reason !== 'operator') return describeReason(reason)
  return {
    title: 'We switched it off for your account.',
    whatToDo: 'Contact us if you did not expect this.',
  }
}
