import { setTimeout } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Db } from '../../db/connect.ts'
import { newestPosition, readServiceEvents, type ServiceEvent } from '../../db/service-events.ts'
import { wholeNumber } from '../parameters.ts'
import { invalidValue } from '../problem.ts'
import { defineRoute } from '../route.ts'
import { serviceEventAnswer, serviceEventSchema, streamCursor } from '../service-answer.ts'

const LIMIT_DEFAULT = 500
const LIMIT_MAX = 5_000
/** Well within the time that an answer may take. */
const WAIT_SECONDS_MAX = 25
const LOOK_EVERY_MS = 500

const streamSchema = z.object({
  events: z.array(serviceEventSchema),
  after: z.string().describe('the cursor to go on from'),
})

/**
 * The changes of service of all accounts, each once, in the order in which they happened: whoever goes on from the last
 * `after` misses none. With `wait`, an answer without events is held back until there are some or the seconds are over.
 */
export const serviceEvents = defineRoute({
  method: 'GET',
  path: '/v1/service-events',
  scope: 'read',
  summary: 'The stream of changes of service of all accounts',
  query: z.strictObject({
    after: streamCursor,
    limit: wholeNumber({ min: 1, max: LIMIT_MAX }).default(LIMIT_DEFAULT),
    wait: wholeNumber({ min: 0, max: WAIT_SECONDS_MAX }).default(0),
  }),
  answers: { status: 200, content: { 'application/json': streamSchema } },

  async handle({ query: { after, limit, wait }, request }, { db }) {
    // A database brought back from a backup may have lost the events that the client has seen.
    if (after > (await newestPosition(db))) {
      throw invalidValue('after', 'is beyond the newest event: begin again with /v1/account-states')
    }
    const events = await eventsWithin(db, { after, limit, waitMs: wait * 1_000 }, request)
    return {
      events: events.map(serviceEventAnswer),
      after: String(events.at(-1)?.position ?? after),
    }
  },
})

/** Looks again and again until there are events, the time is over, or nobody waits for the answer any more. */
async function eventsWithin(
  db: Db,
  { waitMs, ...page }: { after: bigint; limit: number; waitMs: number },
  { socket, server }: FastifyRequest,
): Promise<ServiceEvent[]> {
  const endMs = performance.now() + waitMs
  for (;;) {
    const events = await readServiceEvents(db, page)
    const isOver = performance.now() >= endMs || socket.destroyed || !server.server.listening
    if (events.length > 0 || isOver) return events
    await setTimeout(LOOK_EVERY_MS)
  }
}
