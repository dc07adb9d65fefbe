import { z } from 'zod'
import type { Card } from '../db/cards.ts'
import { time } from './answer-fields.ts'
import { Problem } from './problem.ts'
import { wordsFor } from './topup-answer.ts'

const oneCardSchema = z.object({
  id: z.string(),
  brand: z.string(),
  last4: z.string(),
  expiry: z
    .string()
    .regex(/^\d{4}-\d\d$/)
    .describe('year and month'),
  stoppedReason: z.string().nullable().describe('why it is not charged automatically; null while it may be'),
  stoppedMessage: z.string().nullable().describe('the reason in plain words, for the customer'),
  addedAt: time,
})

/** The cards of an account as clients see them. */
export const cardSchema = oneCardSchema.extend({
  backup: oneCardSchema
    .nullable()
    .describe('tried when the first one is refused for a reason that another can cure'),
})

/** Throws the problem that there is none. */
export function cardAnswer([card, backup]: readonly Card[]): z.infer<typeof cardSchema> {
  if (!card) throw noCard()
  return { ...oneCard(card), backup: backup ? oneCard(backup) : null }
}

export function noCard(): Problem {
  return new Problem('no-card', { detail: 'the account has no such card on file' })
}

function oneCard(card: Card): z.infer<typeof oneCardSchema> {
  const { id, brand, last4, expiryMonth, expiryYear, stoppedReason, addedAt } = card
  return {
    id,
    brand,
    last4,
    expiry: `${expiryYear}-${String(expiryMonth).padStart(2, '0')}`,
    stoppedReason,
    stoppedMessage: wordsFor(stoppedReason),
    addedAt: addedAt.toISOString(),
  }
}
