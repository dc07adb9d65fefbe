import { z } from 'zod'
import { ACCOUNT_ID } from '../../billing/usage-fields.ts'
import { newestPosition } from '../../db/service-events.ts'
import { listServiceStates, readServiceState } from '../../db/service-states.ts'
import { accountIn, unknownAccount, wholeNumber } from '../parameters.ts'
import { defineRoute } from '../route.ts'
import { serviceStateAnswer, serviceStateSchema } from '../service-answer.ts'

const LIMIT_DEFAULT = 500
const LIMIT_MAX = 5_000

/** Whether an account may call and text, is about to lose that, and why. */
export const accountServiceState = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/service-state',
  scope: 'read',
  summary: "The state of an account's service",
  query: z.strictObject({}),
  answers: { status: 200, content: { 'application/json': serviceStateSchema } },

  async handle({ request }, { db }) {
    const found = await readServiceState(db, accountIn(request))
    if (!found) throw unknownAccount()
    return serviceStateAnswer(found)
  },
})

const pageSchema = z.object({
  states: z.array(serviceStateSchema),
  next: z.string().nullable().describe('the cursor of the page that goes on; null at the end'),
  after: z.string().describe('where to follow the stream of events from: keep that of the first page'),
})

/**
 * The state of every account, to begin with: then the stream of events from `after` of the first page on has whatever
 * changes; an event whose `seq` is not beyond the one that is known changes nothing.
 */
export const accountStates = defineRoute({
  method: 'GET',
  path: '/v1/account-states',
  scope: 'read',
  summary: 'The state of the service of every account, in the order of their ids',
  query: z.strictObject({
    cursor: z.string('must be given once').regex(ACCOUNT_ID, 'must be the next of a page').default(''),
    limit: wholeNumber({ min: 1, max: LIMIT_MAX }).default(LIMIT_DEFAULT),
  }),
  answers: { status: 200, content: { 'application/json': pageSchema } },

  async handle({ query: { cursor, limit } }, { db }) {
    // Read before the states, so that no change falls between the two.
    const after = await newestPosition(db)
    const found = await listServiceStates(db, { after: cursor, limit: limit + 1 })
    const page = found.slice(0, limit)
    return {
      states: page.map(serviceStateAnswer),
      next: found.length > page.length ? (page.at(-1)?.account ?? null) : null,
      after: String(after),
    }
  },
})
