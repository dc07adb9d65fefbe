import { z } from 'zod'
import { DECLINE_REASONS, describeReason } from '../decline-reason.ts'
import { defineTemplate } from './define-template.ts'
import { card, cardName, dollars, instant, money, serviceOutlook, time } from './wording.ts'

/** An automatic recharge did not go through. */
export const rechargeFailed = defineTemplate({
  content: z.object({
    amount: money,
    /** Chosen by class: it never tells a lost or stolen card from one that was simply declined. */
    reason: z.enum(DECLINE_REASONS),
    card: card.nullable(),
    balance: money,
    failedAt: instant,
    /** Null when nothing is tried before the customer has acted. */
    nextTryAt: instant.nullable(),
    topup: z.uuid().nullable(),
  }),
  hasFixLink: true,

  write: ({ amount, reason, card, balance, failedAt, nextTryAt }, { timeZone, fixUrl }) => {
    const { title, whatToDo } = describeReason(reason)
    const next = nextTryAt
      ? `We will try again on ${time(nextTryAt, timeZone)}. You need not wait for that.`
      : 'We will not try again until you have acted.'
    return {
      subject: `Your automatic recharge of ${dollars(amount)} failed`,
      sections: [
        {
          heading: `Your automatic recharge of ${dollars(amount)} failed`,
          paragraphs: [`${title} ${whatToDo}`, next, serviceOutlook(balance)],
          facts: [
            ...(card ? [{ label: 'Card', value: cardName(card) }] : []),
            { label: 'Failed', value: time(failedAt, timeZone) },
          ],
        },
      ],
      button: fixUrl === null ? null : { label: 'Fix the payment', url: fixUrl },
    }
  },
})
