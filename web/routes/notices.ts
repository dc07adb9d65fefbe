import { z } from 'zod'
import { accountNotices } from '../../billing/account-notices.ts'
import { NOTICE_ACTIONS, NOTICE_KINDS, NOTICE_SEVERITIES } from '../../billing/notice.ts'
import { readNoticeFacts } from '../account-notices.ts'
import { time } from '../answer-fields.ts'
import { accountIn, unknownAccount } from '../parameters.ts'
import { defineRoute } from '../route.ts'

const noticesSchema = z.object({
  notices: z.array(
    z.object({
      kind: z.enum(NOTICE_KINDS),
      severity: z.enum(NOTICE_SEVERITIES),
      title: z.string(),
      detail: z.string(),
      action: z
        .object({ do: z.enum(NOTICE_ACTIONS), topup: z.uuid().optional() })
        .nullable()
        .describe('what the customer can do about it'),
      since: time.nullable(),
    }),
  ),
})

/** What the customer should know of and can do something about, the worst first; an empty list when all is well. */
export const notices = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/notices',
  scope: 'read',
  customers: 'read',
  summary: 'What is wrong with an account, and what the customer can do about it, the worst first',
  query: z.strictObject({}),
  answers: { status: 200, content: { 'application/json': noticesSchema } },

  async handle({ request }, context) {
    const facts = await readNoticeFacts(context, accountIn(request))
    if (!facts) throw unknownAccount()
    return {
      notices: accountNotices(facts).map((notice) => ({
        ...notice,
        since: notice.since?.toISOString() ?? null,
      })),
    }
  },
})
