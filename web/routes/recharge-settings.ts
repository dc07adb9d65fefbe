import { z } from 'zod'
import { readAutoRecharge } from '../../db/auto-recharge.ts'
import { accountIn, unknownAccount } from '../parameters.ts'
import {
  settingsAnswer,
  settingsAnswerSchema,
  settingsBodySchema,
  settingsETag,
} from '../recharge-settings-answer.ts'
import { ACTING_USER, actingUserIn, IF_MATCH, meansVersion } from '../request-headers.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'
import { replaceSettings } from '../save-recharge-settings.ts'

const path = '/v1/accounts/:account/recharge-settings'
const answers = { status: 200, content: { 'application/json': settingsAnswerSchema } } as const

/** How an account's credit is kept filled, and what is in the way of that. */
export const rechargeSettings = defineRoute({
  method: 'GET',
  path,
  scope: 'read',
  summary: "An account's recharge settings, and why nothing is recharged at the moment",
  query: z.strictObject({}),
  answers,

  async handle({ request, reply }, { db }) {
    const found = await readAutoRecharge(db, accountIn(request))
    if (!found) throw unknownAccount()
    const answer = settingsAnswer(found)
    reply.header('etag', settingsETag(answer))
    return answer
  },
})

/** Replaces the settings as a whole; who did and when is kept. */
export const putRechargeSettings = defineRoute({
  method: 'PUT',
  path,
  scope: 'manage',
  summary: "Replaces an account's recharge settings; saved as on, it ends a pause",
  query: z.strictObject({}),
  body: { 'application/json': settingsBodySchema },
  headers: [ACTING_USER, IF_MATCH],
  answers,

  async handle({ request, reply }, context) {
    const account = await requireAccount(context.db, request)
    const saved = await replaceSettings(context, {
      account,
      body: request.body,
      by: actingUserIn(request),
      isMeant: (before) => meansVersion(request, settingsETag(settingsAnswer(before))),
    })
    context.waker.wake('recharge-account', { v: 1, account })
    const answer = settingsAnswer(saved)
    reply.header('etag', settingsETag(answer))
    return answer
  },
})
