import { z } from 'zod'
import { readRenewalSettings, saveRenewalSettings } from '../../db/renewal-settings.ts'
import { readBody } from '../parameters.ts'
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
  summary: 'How the numbers of an account are renewed',
  query: z.strictObject({}),
  answers,

  async handle({ request }, { db }) {
    const account = await requireAccount(db, request)
    const { graceDays, suspendedDays, reserveDays } = await readRenewalSettings(db, account)
    return { graceDays, suspendedDays, reserveDays }
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
  answers,

  async handle({ request }, { db }) {
    const account = await requireAccount(db, request)
    const settings = readBody(settingsSchema, request)
    await saveRenewalSettings(db, account, settings)
    return settings
  },
})
