import { z } from 'zod'
import { PAUSE_REASONS } from '../billing/decline-reason.ts'
import { formatUsd } from '../billing/money.ts'
import type { RechargeCap, RechargeCaps } from '../billing/recharge-caps.ts'
import type { AutoRecharge } from '../db/auto-recharge.ts'
import type { SettingsChange } from '../db/last-settings-change.ts'
import { money, time } from './answer-fields.ts'
import { wordsFor } from './topup-answer.ts'

const capSchema = z.object({ count: z.int(), amount: money })
const capsSchema = z.object({ day: capSchema, week: capSchema, month: capSchema })

/** Recharge settings as clients see them. */
export const settingsAnswerSchema = z.object({
  enabled: z.boolean(),
  amount: money,
  threshold: money,
  emails: z.array(z.string()),
  caps: capsSchema,
  pausedReason: z
    .enum(PAUSE_REASONS)
    .nullable()
    .describe('why nothing is recharged although it is on, or was turned off'),
  pausedMessage: z.string().nullable().describe('the reason in plain words, for the customer'),
  nextTryAt: time.nullable().describe('when it is tried again after a decline'),
})

/** The same, with who saved them last. */
export const settingsWithChangeSchema = settingsAnswerSchema.extend({
  lastChange: z
    .object({ by: z.string(), at: time })
    .nullable()
    .describe('who saved them last; null before that'),
})

/** What a client sends; each rule is in CONTRACTS and its refusal. */
export const settingsBodySchema = z
  .object({
    enabled: z.boolean(),
    amount: z.string().describe('greater than $50, in whole cents'),
    threshold: z.string().describe('$10 or more, in whole cents'),
    emails: z.array(z.string()).optional().describe('who is told when a recharge fails'),
    caps: capsSchema.optional().describe('those that are stored when left out'),
  })
  .meta({ examples: [{ enabled: true, amount: '75.00', threshold: '12.50', emails: ['owner@example.com'] }] })

type SettingsAnswer = z.infer<typeof settingsAnswerSchema>

export function settingsAnswer({ settings, pausedReason, nextTryAt }: AutoRecharge): SettingsAnswer {
  return {
    enabled: settings.enabled,
    amount: formatUsd(settings.amount),
    threshold: formatUsd(settings.threshold),
    emails: [...settings.emails],
    caps: capsAnswer(settings.caps),
    pausedReason,
    pausedMessage: wordsFor(pausedReason),
    nextTryAt: nextTryAt?.toISOString() ?? null,
  }
}

export function capsAnswer({ day, week, month }: RechargeCaps): SettingsAnswer['caps'] {
  return { day: capAnswer(day), week: capAnswer(week), month: capAnswer(month) }
}

export function settingsWithChange(
  answer: SettingsAnswer,
  change: SettingsChange | null,
): z.infer<typeof settingsWithChangeSchema> {
  return { ...answer, lastChange: change && { by: change.by, at: change.at.toISOString() } }
}

function capAnswer({ count, amount }: RechargeCap) {
  return { count, amount: formatUsd(amount) }
}
