import { z } from 'zod'
import { defineTemplate } from './define-template.ts'
import { card, cardName } from './wording.ts'

/** A card expires with the next month. */
export const cardExpires = defineTemplate({
  content: z.object({
    card,
    /** Tells whether the card is still the one in use; never shown. */
    cardId: z.string(),
    role: z.enum(['default', 'backup']),
    expiryMonth: z.int().min(1).max(12),
    expiryYear: z.int().min(2000).max(9999),
  }),
  hasFixLink: true,

  write: ({ card, role, expiryMonth, expiryYear }, { fixUrl }) => {
    const which = role === 'default' ? 'Your card' : 'Your backup card'
    const expiry = `${String(expiryMonth).padStart(2, '0')}/${expiryYear}`
    return {
      subject: `${which} ${cardName(card)} expires soon`,
      sections: [
        {
          heading: `${which} expires soon`,
          paragraphs: [
            'Register the new card before then, so that automatic recharges go on. Banks often renew a card for us: if yours already has, there is nothing for you to do.',
          ],
          facts: [
            { label: 'Card', value: cardName(card) },
            { label: 'Expires at the end of', value: expiry },
          ],
        },
      ],
      button: fixUrl === null ? null : { label: 'Register a new card', url: fixUrl },
    }
  },
})
