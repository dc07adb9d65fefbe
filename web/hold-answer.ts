import { z } from 'zod'
import { ASKED_SECONDS_DEFAULT, ASKED_SECONDS_MAX } from '../billing/hold.ts'
import { formatUsd } from '../billing/money.ts'
import { REQUEST_ID_RULE } from '../billing/parse-hold-ask.ts'
import { ACCOUNT_RULE } from '../billing/usage-fields.ts'
import { USAGE_ITEMS } from '../billing/usage-record.ts'
import type { HoldOutcome } from '../jobs/hold-request.ts'
import { money, time } from './answer-fields.ts'
import { unknownAccount } from './parameters.ts'
import { Problem } from './problem.ts'

/** An ask for the OpenAPI document. What is taken is decided by `parseHoldAsk`. */
export const askSchema = z.object({
  requestId: z.string().regex(REQUEST_ID_RULE.pattern).describe("the stack's own, unique per account"),
  account: z.string().regex(ACCOUNT_RULE.pattern),
  item: z.enum(USAGE_ITEMS),
  kind: z.enum(['inbound', 'outbound', 'purchase']).optional().describe('of calls and numbers only'),
  from: z.string().optional().describe('E.164 with + or a SIP user; may be absent for numbers only'),
  to: z.string().describe('E.164 with + or a short code of 2 to 8 digits'),
  seconds: z
    .int()
    .min(1)
    .max(ASKED_SECONDS_MAX)
    .optional()
    .describe(`wanted, of calls only; ${ASKED_SECONDS_DEFAULT} unless given`),
  segments: z.int().min(1).optional().describe('of texts only; 1 unless given'),
})

export const grantedSchema = z.object({
  id: z.string().describe('to extend, to release, and for the usage record to name'),
  granted: z.literal(true),
  seconds: z.int().nullable().describe('that the call may last in all; null for what has no duration'),
  amount: money.describe('held for all of it'),
  expiresAt: time.describe('it is freed then unless it is extended or settled'),
  extendBefore: time.nullable().describe('when to ask for more; null for what has no duration'),
  warn: z.boolean().describe('the credit affords fewer than 60 seconds from now'),
  warnAt: time.nullable().describe('from when on it does; null while that is not in sight'),
})

export const refusedSchema = z.object({
  granted: z.literal(false),
  reason: z.enum([
    'insufficient_funds',
    'account_suspended',
    'destination_blocked',
    'no_rate',
    'limit_reached',
  ]),
})

export type HoldAnswer = z.infer<typeof grantedSchema> | z.infer<typeof refusedSchema>

/** The answer to an ask or an extension; throws the problem where it is neither granted nor refused. */
export function holdAnswer(outcome: HoldOutcome): HoldAnswer {
  if (outcome.kind === 'refused') return { granted: false, reason: outcome.reason }
  if (outcome.kind !== 'granted') throw holdProblem(outcome)
  const { id, seconds, amount, expiresAt, extendBefore, warn, warnAt } = outcome
  return {
    id,
    granted: true,
    seconds,
    amount: formatUsd(amount),
    expiresAt: expiresAt.toISOString(),
    extendBefore: extendBefore?.toISOString() ?? null,
    warn,
    warnAt: warnAt?.toISOString() ?? null,
  }
}

/** Why a request about a hold comes to nothing. */
export function holdProblem(outcome: HoldOutcome): Problem {
  switch (outcome.kind) {
    case 'unknown_account':
      return unknownAccount()
    case 'unknown_hold':
      return unknownHold()
    case 'conflict':
      return new Problem('hold-conflict', {
        detail: 'nothing was held: this requestId stands for a request of other content',
        members: { field: 'requestId', rule: 'must be a new one for a request of other content' },
      })
    case 'ended':
      return new Problem('hold-ended', {
        detail: `nothing was held: the hold is ${outcome.state}; ask again for a new one`,
        members: { state: outcome.state },
      })
    case 'not_a_call':
      return new Problem('hold-not-extended', { detail: 'only the hold of a call can be extended' })
    case 'too_long':
      return new Problem('hold-not-extended', { detail: 'a call lasts at most 24 hours' })
    default:
      throw new Error(`${outcome.kind} is no problem`)
  }
}

export function unknownHold(): Problem {
  return new Problem('unknown-hold', { detail: 'there is no hold with this id' })
}
