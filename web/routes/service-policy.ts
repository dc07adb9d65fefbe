import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { type AccountPolicy, readServicePolicy } from '../../db/service-policies.ts'
import { accountIn, unknownAccount } from '../parameters.ts'
import { ACTING_USER, actingUserIn, IF_MATCH, meansVersion } from '../request-headers.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'
import { replaceServicePolicy } from '../save-service-policy.ts'
import { policyAnswer, policyAnswerSchema, policyBodySchema, policyETag } from '../service-policy-answer.ts'

const path = '/v1/accounts/:account/service-policy'
const answers = { status: 200, content: { 'application/json': policyAnswerSchema } } as const

/** What the calls and texts of an account may take at the end of its money, and how much they may spend. */
export const servicePolicy = defineRoute({
  method: 'GET',
  path,
  scope: 'read',
  summary: "An account's policy at the end of its money, its limits against fraud, and the worst case",
  query: z.strictObject({}),
  answers,

  async handle({ request, reply }, { db, clock }) {
    const found = await readServicePolicy(db, accountIn(request))
    if (!found) throw unknownAccount()
    return answerWith(reply, found, clock.now())
  },
})

/** Replaces the policy as a whole; who did and when is kept. */
export const putServicePolicy = defineRoute({
  method: 'PUT',
  path,
  scope: 'manage',
  summary: "Replaces an account's service policy; what is left out has its default",
  query: z.strictObject({}),
  body: { 'application/json': policyBodySchema },
  headers: [ACTING_USER, IF_MATCH],
  answers,

  async handle({ request, reply }, context) {
    const saved = await replaceServicePolicy(context, {
      account: await requireAccount(context.db, request),
      body: request.body,
      by: actingUserIn(request),
      isMeant: (before) => meansVersion(request, policyETag(before)),
    })
    return answerWith(reply, saved, context.clock.now())
  },
})

function answerWith(reply: FastifyReply, found: AccountPolicy, now: Date) {
  reply.header('etag', policyETag(found))
  return policyAnswer(found, now)
}
