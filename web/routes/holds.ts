import { z } from 'zod'
import { parseHoldAsk } from '../../billing/parse-hold-ask.ts'
import type { HoldDesk } from '../../jobs/hold-desk.ts'
import { askSchema, grantedSchema, type HoldAnswer, holdAnswer, refusedSchema } from '../hold-answer.ts'
import { readBody } from '../parameters.ts'
import { invalidValues, Problem } from '../problem.ts'
import { defineRoute } from '../route.ts'

const ASKS_MAX = 100

/** Asks before a call, a text, a ring-through attempt or the purchase of a number. The same ask again has the same answer. */
export const askHold = defineRoute({
  method: 'POST',
  path: '/v1/holds',
  scope: 'holds',
  rateLimit: 'high',
  summary: 'May a call, text, attempt or purchase begin, and for how long: sets the money aside',
  query: z.strictObject({}),
  body: { 'application/json': askSchema },
  answers: { status: 201, content: { 'application/json': grantedSchema } },
  otherwise: { status: 200, content: { 'application/json': refusedSchema } },

  async handle({ request, reply }, { holdDesk }) {
    const answer = await ask(holdDesk, request.body)
    if (!answer.granted) reply.code(200)
    return answer
  },
})

const batchSchema = z.object({
  asks: z
    .array(z.unknown(), 'must be an array of asks')
    .min(1, `must have 1 to ${ASKS_MAX} asks`)
    .max(ASKS_MAX, `must have 1 to ${ASKS_MAX} asks`),
})

const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
})

/** Many asks at once. Each is answered by itself, in their order; one that cannot be answered has its problem in its place. */
export const askHolds = defineRoute({
  method: 'POST',
  path: '/v1/holds/batch',
  scope: 'holds',
  rateLimit: 'high',
  summary: `Asks for up to ${ASKS_MAX} holds at once`,
  query: z.strictObject({}),
  body: { 'application/json': z.object({ asks: z.array(askSchema).min(1).max(ASKS_MAX) }) },
  answers: {
    status: 200,
    content: {
      'application/json': z.object({
        answers: z.array(z.union([grantedSchema, refusedSchema, problemSchema])),
      }),
    },
  },

  async handle({ request }, { holdDesk }) {
    const { asks } = readBody(batchSchema, request)
    return { answers: await Promise.all(asks.map((raw) => askOrProblem(holdDesk, raw))) }
  },
})

async function ask(desk: HoldDesk, raw: unknown): Promise<HoldAnswer> {
  const read = parseHoldAsk(raw)
  if ('faults' in read) throw invalidValues(read.faults)
  return holdAnswer(await desk.ask(read.ask))
}

async function askOrProblem(desk: HoldDesk, raw: unknown) {
  try {
    return await ask(desk, raw)
  } catch (error) {
    if (error instanceof Problem) return error.body
    throw error
  }
}
