import { z } from 'zod'
import { readCallRecords } from '../../db/call-records.ts'
import { loadRateSets } from '../../db/rate-sets.ts'
import { readStatement } from '../../db/statement.ts'
import { callAnswer, callSchema } from '../call-answer.ts'
import { callId, partIn } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'

const ENTRIES_MAX = 500

/** One call with every leg and Ring-Through attempt, what each of them cost, and those that cost nothing. */
export const call = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/calls/:callId',
  scope: 'read',
  customers: 'read',
  summary: 'One call with its legs and Ring-Through attempts, and what each of them cost',
  query: z.strictObject({}),
  answers: { status: 200, content: { 'application/json': callSchema } },

  async handle({ request }, { db }) {
    const account = await requireAccount(db, request)
    const id = callId.safeParse(partIn(request, 'callId', /^/)).data
    const records = id === undefined ? [] : await readCallRecords(db, { account, callId: id })
    if (id === undefined || records.length === 0) throw unknownCall()
    const rateSetOf = await loadRateSets(
      db,
      records.flatMap(({ rateVersionId, rateRow }) =>
        rateVersionId === null || rateRow === null ? [] : [{ rateVersionId, rateRow }],
      ),
    )
    const wanted = {
      from: null,
      to: null,
      show: 'debits',
      item: null,
      number: null,
      beforeSeq: null,
    } as const
    const entries = await readStatement(db, { account, callId: id, ...wanted, limit: ENTRIES_MAX })
    return callAnswer(id, records, { entries: entries ?? [], rateSetOf })
  },
})

function unknownCall(): Problem {
  return new Problem('unknown-call', { detail: 'the account has no call with this id' })
}
