import { z } from 'zod'
import { defineTemplate } from './define-template.ts'
import { dollars, instant, money, time } from './wording.ts'

const limit = z.discriminatedUnion('limit', [
  z.object({ limit: z.enum(['spend_per_hour', 'spend_per_day']), max: money }),
  z.object({ limit: z.literal('prefix_spend'), prefix: z.string(), max: money }),
  z.object({ limit: z.literal('prefix_calls'), prefix: z.string(), max: z.int() }),
])

/** Calls or texts reached a limit that is there against misuse. */
export const limitReached = defineTemplate({
  content: z.object({ reached: limit, autoRecharge: z.enum(['paused', 'off']), at: instant }),
  hasFixLink: false,

  write: ({ reached, autoRecharge, at }, { timeZone }) => ({
    subject: 'A limit against misuse is reached',
    sections: [
      {
        heading: 'A limit against misuse is reached',
        paragraphs: [
          describe(reached),
          'If you did not expect this, somebody may be misusing your telephone system: change its passwords and contact us. Emergency numbers can always be called.',
          WHAT_FOLLOWS[autoRecharge],
        ],
        facts: [{ label: 'Reached', value: time(at, timeZone) }],
      },
    ],
    button: null,
  }),
})

/** Windows are those of UTC. */
function describe(reached: z.infer<typeof limit>): string {
  switch (reached.limit) {
    case 'spend_per_hour':
      return `Calls and texts may cost at most ${dollars(reached.max)} in an hour. What goes beyond that is refused until the next full hour.`
    case 'spend_per_day':
      return `Calls and texts may cost at most ${dollars(reached.max)} in a day. What goes beyond that is refused until midnight UTC.`
    case 'prefix_spend':
      return `Calls and texts to numbers that begin with +${reached.prefix} may cost at most ${dollars(reached.max)} in a day. What goes beyond that is refused until midnight UTC.`
    case 'prefix_calls':
      return `At most ${reached.max} calls at once may go to numbers that begin with +${reached.prefix}. Further ones are refused while those last.`
  }
}

const WHAT_FOLLOWS = {
  paused:
    'Auto-recharge is paused, so that misuse cannot draw on your card. Look at your latest calls, then turn it on again on your billing page.',
  off: 'Your card is not charged automatically.',
}
