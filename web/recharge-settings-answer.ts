import { createHash } from 'node:crypto'
import { z } from 'zod'
import { PAUSE_REASONS } from '../billing/decline-reason.ts'
import { formatUsd } from '../billing/money.ts'
import type { RechargeCap, RechargeCaps } from '../billing/recharge-caps.ts'
import type { AutoRecharge } from '../db/auto-recharge.ts'
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

/** What a client sends; each rule is in CONTRACTS and its refusal. */
export const settingsBodySchema = z.object({
  enabled: z.boolean(),
  amount: z.string().describe('greater than $50, in whole cents'),
  threshold: z.string().describe('$10 or more, in whole cents'),
  emails: z.array(z.string()).optional().describe('who is told when a recharge fails'),
  caps: capsSchema.optional().describe('those that are stored when left out'),
})

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

function capAnswer({ count, amount }: RechargeCap) {
  return { count, amount: formatUsd(amount) }
}

/** Changes with anything that a client sees, a pause too: whoever turns it on again has seen why it rested. */
export function settingsETag(answer: SettingsAnswer): string {
  return `"${createHash('sha256').update(JSON.stringify(answer)).digest('base64url').slice(0, 22)}"`
}
