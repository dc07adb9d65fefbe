import { z } from 'zod'
import { formatUsd } from '../billing/money.ts'
import { SERVICE_STATES } from '../billing/service-outlook.ts'
import type { ServiceEvent } from '../db/service-events.ts'
import type { ServiceStateRow } from '../db/service-states.ts'
import { money, time } from './answer-fields.ts'

const state = z.enum(SERVICE_STATES)
const reason = z.enum(['no_credit', 'account_suspended', 'account_closed', 'credit_runs_out']).nullable()

export const serviceStateSchema = z.object({
  account: z.string(),
  state,
  reason,
  since: time,
  seq: z.int().describe('of its newest event; 0 before the first'),
})

export function serviceStateAnswer({ account, state, reason, since, seq }: ServiceStateRow) {
  return { account, state, reason, since: since.toISOString(), seq }
}

export const serviceEventSchema = z.object({
  id: z.string(),
  account: z.string(),
  seq: z.int().describe("counts the account's events from 1"),
  state,
  previous: state,
  reason,
  available: money,
  at: time,
})

export function serviceEventAnswer(event: ServiceEvent) {
  const { id, account, seq, state, previous, reason, available, at } = event
  return { id, account, seq, state, previous, reason, available: formatUsd(available), at: at.toISOString() }
}

/** A place in the stream of events, as clients keep it. */
export const streamCursor = z
  .string('must be given once')
  .regex(/^(0|[1-9]\d{0,17})$/, 'must be a cursor of an earlier answer, or 0 for the beginning')
  .describe('the cursor of an earlier answer; 0 for the beginning')
  .transform(BigInt)
