import { z } from 'zod'
import { SERVICE_STATES } from '../../billing/service-outlook.ts'
import { webhookAddressFault } from '../../billing/webhook-address.ts'
import { inTransaction } from '../../db/transaction.ts'
import {
  addWebhookEndpoint,
  listWebhookEndpoints,
  removeWebhookEndpoint,
  rotateWebhookSecret,
  type WebhookEndpoint,
} from '../../db/webhook-endpoints.ts'
import { time } from '../answer-fields.ts'
import { partIn, readBody } from '../parameters.ts'
import { invalidValue, Problem } from '../problem.ts'
import { defineRoute } from '../route.ts'
import { newWebhookSecret } from '../webhook-secret.ts'

const path = '/v1/webhook-endpoints'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Long enough for every receiver to be given the new one. */
const ROTATION_MS = 24 * 3_600_000

const wantedSchema = z.object({
  url: z.string('must be given').max(2_000, 'must be at most 2000 characters'),
  events: z
    .array(z.enum(SERVICE_STATES, `must be of ${SERVICE_STATES.join(', ')}`))
    .min(1, 'must name a state')
    .default([...SERVICE_STATES]),
})

const endpointSchema = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(SERVICE_STATES)).describe('the states whose beginning it is told of'),
  createdAt: time,
  failingSince: time.nullable().describe('since when an event was given up; null while all get through'),
  lastFailure: z.object({ why: z.string(), at: time }).nullable(),
})

const secretSchema = z.string().describe('signs what is sent; shown this once')

function endpointAnswer({ id, url, events, createdAt, failingSince, lastFailure }: WebhookEndpoint) {
  return {
    id,
    url,
    events,
    createdAt: createdAt.toISOString(),
    failingSince: failingSince?.toISOString() ?? null,
    lastFailure: lastFailure && { why: lastFailure.why, at: lastFailure.at.toISOString() },
  }
}

/** Has changes of service sent to an address. It is told of what happens from then on. */
export const addEndpoint = defineRoute({
  method: 'POST',
  path,
  scope: 'manage',
  summary: 'Registers an address that changes of service are sent to',
  query: z.strictObject({}),
  body: { 'application/json': wantedSchema },
  answers: {
    status: 201,
    content: { 'application/json': endpointSchema.extend({ secret: secretSchema }) },
  },

  async handle({ request }, { db, clock, newId, webhookRules }) {
    const { url, events } = readBody(wantedSchema, request)
    const fault = webhookAddressFault(url, webhookRules)
    if (fault) throw invalidValue('url', fault)
    const secret = { id: newId(), secret: newWebhookSecret() }
    const wanted = { id: newId(), url, events: [...new Set(events)], secret }
    const added = await inTransaction(db, (tx) => addWebhookEndpoint(tx, wanted, clock.now()))
    return { ...endpointAnswer(added), secret: secret.secret }
  },
})

/** The addresses that changes of service are sent to, and whether that works. */
export const endpoints = defineRoute({
  method: 'GET',
  path,
  scope: 'read',
  summary: 'The addresses that changes of service are sent to',
  query: z.strictObject({}),
  answers: {
    status: 200,
    content: { 'application/json': z.object({ endpoints: z.array(endpointSchema) }) },
  },

  async handle(_call, { db }) {
    return { endpoints: (await listWebhookEndpoints(db)).map(endpointAnswer) }
  },
})

/** Gives an endpoint a new secret; both it and the one before sign for a day. */
export const rotateSecret = defineRoute({
  method: 'POST',
  path: `${path}/:endpoint/secrets`,
  scope: 'manage',
  summary: 'Gives an endpoint a new secret; the one before signs along for a day',
  query: z.strictObject({}),
  answers: { status: 201, content: { 'application/json': z.object({ secret: secretSchema }) } },

  async handle({ request }, { db, clock, newId }) {
    const endpoint = partIn(request, 'endpoint', UUID)
    const now = clock.now()
    const secret = { id: newId(), secret: newWebhookSecret() }
    const othersUntil = new Date(now.getTime() + ROTATION_MS)
    const isKnown =
      endpoint !== null &&
      (await inTransaction(db, (tx) => rotateWebhookSecret(tx, { endpoint, secret, othersUntil }, now)))
    if (!isKnown) throw unknownEndpoint()
    return { secret: secret.secret }
  },
})

/** Sends nothing more to an endpoint, what it is still owed included. */
export const removeEndpoint = defineRoute({
  method: 'DELETE',
  path: `${path}/:endpoint`,
  scope: 'manage',
  summary: 'Sends nothing more to an endpoint',
  query: z.strictObject({}),
  answers: { status: 204, content: {} },

  async handle({ request, reply }, { db }) {
    const id = partIn(request, 'endpoint', UUID)
    const isKnown = id !== null && (await inTransaction(db, (tx) => removeWebhookEndpoint(tx, id)))
    if (!isKnown) throw unknownEndpoint()
    return reply.send()
  },
})

function unknownEndpoint(): Problem {
  return new Problem('unknown-webhook-endpoint', { detail: 'there is no endpoint with this id' })
}
