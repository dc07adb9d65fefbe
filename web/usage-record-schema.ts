import { z } from 'zod'
import { ACCOUNT_RULE, ID_RULE } from '../billing/usage-fields.ts'
import { USAGE_ITEMS } from '../billing/usage-record.ts'

/**
 * A usage record for the OpenAPI document: its fields, and those of their rules that a schema can say. What is taken is
 * decided by `parseUsageRecord`.
 */
export const usageRecordSchema = z.object({
  id: z.string().regex(ID_RULE.pattern).describe("the producer's own, unique per account: charged once"),
  account: z.string().regex(ACCOUNT_RULE.pattern),
  item: z.enum(USAGE_ITEMS),
  kind: z.enum(['inbound', 'outbound', 'purchase']).optional().describe('of calls and numbers only'),
  from: z.string().optional().describe('E.164 with + or a SIP user; may be absent for numbers only'),
  to: z.string().describe('E.164 with + or a short code of 2 to 8 digits: rates match on it'),
  occurredAt: z.iso.datetime({ offset: true }).describe('start of the call, time of the text'),
  durationMs: z.int().min(0).optional().describe('of calls only; 0 was not answered'),
  segments: z.int().min(1).optional().describe('of texts only'),
  callId: z.string().optional().describe('the inbound call that an attempt or a leg serves'),
  holdId: z.string().optional().describe('the hold to settle'),
  tags: z.record(z.string(), z.string()).optional().describe('up to 16, for cost reports'),
})

export const usageBodySchema = z.object({ v: z.literal(1), records: z.array(usageRecordSchema) }).meta({
  examples: [
    {
      v: 1,
      records: [
        {
          id: 'call-1',
          account: 'harbor-realty',
          item: 'phone_call',
          kind: 'outbound',
          from: '+12125550117',
          to: '+12035550143',
          occurredAt: '2026-11-22T23:12:00Z',
          durationMs: 61_000,
        },
      ],
    },
  ],
})
