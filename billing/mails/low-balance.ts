import { z } from 'zod'
import { parseUsd } from '../money.ts'
import { defineTemplate } from './define-template.ts'
import { dollars, instant, money, serviceOutlook, time } from './wording.ts'

/** The credit fell to a level; told once per crossing. */
export const lowBalance = defineTemplate({
  content: z.object({
    level: money,
    balance: money,
    autoRecharge: z.enum(['on', 'off', 'paused']),
    at: instant,
  }),
  hasFixLink: false,

  write: ({ level, balance, autoRecharge, at }, { timeZone }) => {
    const title =
      parseUsd(level) > 0n
        ? `Your credit is down to ${dollars(level)} or less`
        : 'Your credit is used up: calls and texts have stopped'
    return {
      subject: title,
      sections: [
        {
          heading: title,
          paragraphs: [serviceOutlook(balance), WHAT_FOLLOWS[autoRecharge]],
          facts: [
            { label: 'Credit', value: dollars(balance) },
            { label: 'As of', value: time(at, timeZone) },
          ],
        },
      ],
      button: null,
    }
  },
})

const WHAT_FOLLOWS = {
  on: 'Auto-recharge is on and adds credit as you have set it. To add more now, choose Pay now on your billing page.',
  off: 'Auto-recharge is off. To add credit, choose Pay now on your billing page.',
  paused:
    'Auto-recharge is paused. To add credit, choose Pay now on your billing page and see there what it waits for.',
}
