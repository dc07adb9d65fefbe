import { z } from 'zod'
import { readAutoRecharge } from '../../db/auto-recharge.ts'
import { readLastSettingsChange } from '../../db/last-settings-change.ts'
import { etagOf } from '../etag.ts'
import { accountIn, unknownAccount } from '../parameters.ts'
import {
  settingsAnswer,
  settingsBodySchema,
  settingsWithChange,
  settingsWithChangeSchema,
} from '../recharge-settings-answer.ts'
import { ACTING_USER, actingUserIn, IF_MATCH, meansVersion } from '../request-headers.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'
import { replaceSettings } from '../save-recharge-settings.ts'

const path = '/v1/accounts/:account/recharge-settings'
const answers = { status: 200, content: { 'application/json': settingsWithChangeSchema } } as const

/** How an account's credit is kept filled, and what is in the way of that. */
export const rechargeSettings = defineRoute({
  method: 'GET',
  path,
  scope: 'read',
  customers: 'read',
  summary: "An account's recharge settings, and why nothing is recharged at the moment",
  query: z.strictObject({}),
  answers,

  async handle({ request, reply }, { db }) {
    const account = accountIn(request)
    const found = await readAutoRecharge(db, account)
    if (!found) throw unknownAccount()
    const answer = settingsAnswer(found)
    reply.header('etag', etagOf(answer))
    return settingsWithChange(answer, await readLastSettingsChange(db, account))
  },
})

/** Replaces the settings as a whole; who did and when is kept. */
export const putRechargeSettings = defineRoute({
  method: 'PUT',
  path,
  scope: 'manage',
  customers: 'manage',
  summary: "Replaces an account's recharge settings; saved as on, it ends a pause",
  description:
    'Caps that are left out stay as they are. Saved as on, it is the consent to go on after a pause.',
  query: z.strictObject({}),
  body: { 'application/json': settingsBodySchema },
  headers: [ACTING_USER, IF_MATCH],
  problems: ['dispute-open'],
  answers,

  async handle({ request, reply }, context) {
    const account = await requireAccount(context.db, request)
    const saved = await replaceSettings(context, {
      account,
      body: request.body,
      by: actingUserIn(request),
      isMeant: (before) => meansVersion(request, etagOf(settingsAnswer(before))),
    })
    context.waker.wake('recharge-account', { v: 1, account })
    const answer = settingsAnswer(saved)
    reply.header('etag', etagOf(answer))
    return settingsWithChange(answer, await readLastSettingsChange(context.db, account))
  },
})
