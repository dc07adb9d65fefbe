import { z } from 'zod'
import { describeReason, PAUSE_REASONS } from '../billing/decline-reason.ts'
import { formatUsd } from '../billing/money.ts'
import type { Topup } from '../db/topups.ts'
import { askStripe } from '../jobs/ask-stripe.ts'
import type { PaymentDeps } from '../jobs/payment-deps.ts'
import { money, time } from './answer-fields.ts'

/** A top-up as clients see it. */
export const topupSchema = z.object({
  id: z.uuid(),
  origin: z.enum(['manual', 'auto']),
  status: z.enum(['processing', 'requires_action', 'unknown', 'succeeded', 'failed', 'canceled']),
  amount: money,
  currency: z.literal('USD'),
  reason: z.string().nullable().describe('why it did not succeed, or what it waits for'),
  message: z.string().nullable().describe('the reason in plain words, for the customer'),
  requestedBy: z.string().nullable(),
  createdAt: time,
  settledAt: time.nullable(),
})

export const topupWithSecretSchema = topupSchema.extend({
  clientSecret: z
    .string()
    .nullable()
    .describe("with requires_action alone: lets the customer's browser finish the payment at Stripe"),
})

type TopupAnswer = z.infer<typeof topupSchema>

export function topupAnswer(topup: Topup): TopupAnswer {
  return {
    id: topup.id,
    origin: topup.origin,
    // That Stripe has not heard of it yet is nothing a client can act on.
    status: topup.status === 'created' ? 'processing' : topup.status,
    amount: formatUsd(topup.amount),
    currency: 'USD',
    reason: topup.reason,
    message: wordsFor(topup.reason),
    requestedBy: topup.requestedBy,
    createdAt: topup.createdAt.toISOString(),
    settledAt: topup.settledAt?.toISOString() ?? null,
  }
}

/** The same with what lets the customer authenticate. It is read from Stripe each time and kept nowhere. */
export async function topupAnswerWithSecret(
  payments: PaymentDeps | null,
  topup: Topup,
): Promise<z.infer<typeof topupWithSecretSchema>> {
  return { ...topupAnswer(topup), clientSecret: payments && (await readClientSecret(payments, topup)) }
}

/** Null where there is nothing to authenticate, or Stripe gives no answer. */
async function readClientSecret(payments: PaymentDeps, { status, paymentId }: Topup): Promise<string | null> {
  if (status !== 'requires_action' || paymentId === null) return null
  const answer = await askStripe(payments, (stripe) => stripe.readPayment(paymentId))
  return answer.kind === 'definite' ? answer.value.clientSecret : null
}

/** A reason in plain words: what happened, and what to do. Null for reasons that only an operator needs. */
export function wordsFor(reason: string | null): string | null {
  const known = PAUSE_REASONS.find((one) => one === reason)
  if (!known) return null
  const { title, whatToDo } = describeReason(known)
  return `${title} ${whatToDo}`
}
