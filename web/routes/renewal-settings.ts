import { z } from 'zod'
import { lockAccount } from '../../db/lock-account.ts'
import {
  type AccountRenewalSettings,
  readRenewalSettings,
  saveRenewalSettings,
} from '../../db/renewal-settings.ts'
import { wakeServiceStates } from '../../db/service-wakes.ts'
import { inTransaction } from '../../db/transaction.ts'
import { etagOf, requireVersion } from '../etag.ts'
import { readBody } from '../parameters.ts'
import { IF_MATCH } from '../request-headers.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'

const path = '/v1/accounts/:account/renewal-settings'

const days = (max: number) => {
  const rule = `must be a whole number of days from 0 to ${max}`
  return z.int(rule).min(0, rule).max(max, rule)
}

const settingsSchema = z.object({
  /** From a renewal that is not paid to the suspension of the number. */
  graceDays: days(90),
  /** From there to its release. */
  suspendedDays: days(365),
  /** For how many days ahead renewals are set aside from the credit; 0 sets nothing aside. */
  reserveDays: days(60),
})

const answers = { status: 200, content: { 'application/json': settingsSchema } } as const

/** What happens to the numbers of an account that cannot be paid, and what is set aside for them. */
export const renewalSettings = defineRoute({
  method: 'GET',
  path,
  scope: 'read',
  customers: 'read',
  summary: 'How the numbers of an account are renewed',
  query: z.strictObject({}),
  answers,

  async handle({ request, reply }, { db }) {
    const account = await requireAccount(db, request)
    const answer = settingsAnswer(await readRenewalSettings(db, account))
    reply.header('etag', etagOf(answer))
    return answer
  },
})

/** Replaces the settings as a whole. */
export const putRenewalSettings = defineRoute({
  method: 'PUT',
  path,
  scope: 'manage',
  summary: 'Replaces how the numbers of an account are renewed',
  query: z.strictObject({}),
  body: { 'application/json': settingsSchema },
  headers: [IF_MATCH],
  answers,

  async handle({ request, reply }, { db, clock, waker }) {
    const account = await requireAccount(db, request)
    const settings = readBody(settingsSchema, request)
    await inTransaction(db, async (tx) => {
      await lockAccount(tx, account)
      requireVersion(request, etagOf(settingsAnswer(await readRenewalSettings(tx, account))))
      await saveRenewalSettings(tx, account, settings)
      await wakeServiceStates(tx, [account], clock.now())
    })
    waker.wake('update-service-state', { v: 1, account })
    reply.header('etag', etagOf(settings))
    return settings
  },
})

function settingsAnswer({
  graceDays,
  suspendedDays,
  reserveDays,
}: AccountRenewalSettings): z.infer<typeof settingsSchema> {
  return { graceDays, suspendedDays, reserveDays }
}
