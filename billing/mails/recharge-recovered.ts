import { z } from 'zod'
import { defineTemplate } from './define-template.ts'
import { card, cardName, dollars, instant, money, time } from './wording.ts'

/** A recharge went through after others had failed. */
export const rechargeRecovered = defineTemplate({
  content: z.object({ amount: money, card: card.nullable(), balance: money, at: instant }),
  hasFixLink: false,

  write: ({ amount, card, balance, at }, { timeZone }) => ({
    subject: 'Your automatic recharge works again',
    sections: [
      {
        heading: 'Your automatic recharge works again',
        paragraphs: [`We added ${dollars(amount)} to your credit. There is nothing left for you to do.`],
        facts: [
          ...(card ? [{ label: 'Card', value: cardName(card) }] : []),
          { label: 'Credit now', value: dollars(balance) },
          { label: 'Added', value: time(at, timeZone) },
        ],
      },
    ],
    button: null,
  }),
})
