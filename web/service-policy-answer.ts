import { createHash } from 'node:crypto'
import { z } from 'zod'
import { POLICY_ENDS } from '../billing/check-service-policy.ts'
import { formatUsd } from '../billing/money.ts'
import { limitsInForce, NEW_ACCOUNT_DAYS, type ServiceLimits } from '../billing/service-policy.ts'
import { policyJson } from '../billing/service-policy-json.ts'
import { worstCase } from '../billing/worst-case.ts'
import type { AccountPolicy } from '../db/service-policies.ts'
import { money, time } from './answer-fields.ts'

const limitsSchema = z.object({ concurrentCalls: z.int(), spendPerHour: money, spendPerDay: money })

/** A policy as clients see it, with what it can cost at worst. */
export const policyAnswerSchema = z.object({
  end: z.enum(POLICY_ENDS),
  overdraft: money,
  inboundFirst: money,
  limits: limitsSchema,
  prefixCaps: z.array(
    z.object({
      prefix: z.string(),
      concurrentCalls: z.int().nullable(),
      spendPerDay: money.nullable(),
    }),
  ),
  trusted: z.boolean(),
  limitsInForce: limitsSchema.describe('smaller than the limits while the account is new'),
  newUntil: time.nullable().describe('until when it is new; null where it is not'),
  worstCase: z.object({ overrun: money, perHour: money, perDay: money, explanation: z.string() }),
})

const wantedMoney = z.string().describe('a decimal string in whole cents')

/** What a client sends; what is left out has its default. */
export const policyBodySchema = z.object({
  end: z
    .enum(POLICY_ENDS)
    .optional()
    .describe('end: granted seconds are the limit; finish: running calls may go on into the overdraft'),
  overdraft: wantedMoney.optional().describe('with finish: above zero, at most $50'),
  inboundFirst: wantedMoney.optional().describe('credit that inbound calls alone may use, at most $5,000'),
  limits: z
    .object({
      concurrentCalls: z.int().min(1).max(10_000).optional(),
      spendPerHour: wantedMoney.optional().describe('of an hour of the UTC clock, $1 or more'),
      spendPerDay: wantedMoney.optional().describe('of a UTC day, no less than that of the hour'),
    })
    .optional(),
  prefixCaps: z
    .array(
      z.object({
        prefix: z.string().regex(/^[1-9]\d{0,14}$/),
        concurrentCalls: z.int().min(1).max(10_000).nullable().optional(),
        spendPerDay: wantedMoney.nullable().optional(),
      }),
    )
    .max(50)
    .optional()
    .describe('for the numbers that begin with a prefix; the longest one counts'),
  trusted: z.boolean().optional().describe('true: no smaller limits while the account is new'),
})

type PolicyAnswer = z.infer<typeof policyAnswerSchema>

const DAY_MS = 86_400_000

export function policyAnswer({ policy, createdAt }: AccountPolicy, now: Date): PolicyAnswer {
  const ageDays = (now.getTime() - createdAt.getTime()) / DAY_MS
  const isNew = !policy.trusted && ageDays < NEW_ACCOUNT_DAYS
  const { overrun, perHour, perDay, explanation } = worstCase(policy, ageDays)
  return {
    ...policyJson(policy),
    limitsInForce: limitsAnswer(limitsInForce(policy, ageDays)),
    newUntil: isNew ? new Date(createdAt.getTime() + NEW_ACCOUNT_DAYS * DAY_MS).toISOString() : null,
    worstCase: {
      overrun: formatUsd(overrun),
      perHour: formatUsd(perHour),
      perDay: formatUsd(perDay),
      explanation,
    },
  }
}

function limitsAnswer({ concurrentCalls, spendPerHour, spendPerDay }: ServiceLimits) {
  return { concurrentCalls, spendPerHour: formatUsd(spendPerHour), spendPerDay: formatUsd(spendPerDay) }
}

export function policyETag({ policy }: AccountPolicy): string {
  const content = JSON.stringify(policyJson(policy))
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
}
