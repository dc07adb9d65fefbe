import { z } from 'zod'
import { defineTemplate } from './define-template.ts'
import { card, cardName, dollars, instant, money, time } from './wording.ts'

/** Credit was added by card. */
export const receipt = defineTemplate({
  content: z.object({
    topup: z.uuid(),
    origin: z.enum(['manual', 'auto']),
    amount: money,
    /** After the top-up. */
    balance: money,
    card: card.nullable(),
    paidAt: instant,
    /** Who pressed Pay now. */
    requestedBy: z.string().nullable(),
  }),
  hasFixLink: false,

  write: ({ topup, origin, amount, balance, card, paidAt, requestedBy }, { timeZone }) => ({
    subject: `Receipt: ${dollars(amount)} of credit added`,
    sections: [
      {
        heading: `We added ${dollars(amount)} to your credit`,
        paragraphs: [
          origin === 'auto'
            ? 'Your credit fell below the threshold that you set, so your card was charged automatically.'
            : 'Thank you for your payment.',
        ],
        facts: [
          { label: 'Paid', value: dollars(amount) },
          ...(card ? [{ label: 'Card', value: cardName(card) }] : []),
          { label: 'Date', value: time(paidAt, timeZone) },
          ...(requestedBy === null ? [] : [{ label: 'Paid by', value: requestedBy }]),
          { label: 'Credit after it', value: dollars(balance) },
          { label: 'Top-up', value: topup },
        ],
      },
    ],
    button: null,
  }),
})
