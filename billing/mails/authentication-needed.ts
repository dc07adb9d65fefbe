import { z } from 'zod'
import { describeReason } from '../decline-reason.ts'
import { defineTemplate } from './define-template.ts'
import { card, cardName, dollars, instant, money, serviceOutlook, time } from './wording.ts'

/** The bank wants the customer to confirm a payment that was made without them. */
export const authenticationNeeded = defineTemplate({
  content: z.object({
    amount: money,
    card: card.nullable(),
    balance: money,
    failedAt: instant,
    topup: z.uuid(),
  }),
  hasFixLink: true,

  write: ({ amount, card, balance, failedAt }, { timeZone, fixUrl }) => {
    const { title, whatToDo } = describeReason('authentication_required')
    return {
      subject: `Please confirm your recharge of ${dollars(amount)}`,
      sections: [
        {
          heading: `Please confirm your recharge of ${dollars(amount)}`,
          paragraphs: [
            `${title} ${whatToDo}`,
            'Nothing was charged. We cannot finish this recharge without you.',
            serviceOutlook(balance),
          ],
          facts: [
            ...(card ? [{ label: 'Card', value: cardName(card) }] : []),
            { label: 'Tried', value: time(failedAt, timeZone) },
          ],
        },
      ],
      button: fixUrl === null ? null : { label: 'Confirm the payment', url: fixUrl },
    }
  },
})
