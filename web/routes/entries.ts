import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Db } from '../../db/connect.ts'
import { ENTRY_ITEMS } from '../../db/schema.ts'
import { readStatement, type StatementQuery } from '../../db/statement.ts'
import { entriesCsv } from '../entries-csv.ts'
import { cursor, cursorAfter } from '../entries-cursor.ts'
import { explainEntries, explainedEntrySchema } from '../explain-entries.ts'
import { accountIn, callId, instant, oneOf, phoneNumber, unknownAccount, wholeNumber } from '../parameters.ts'
import { preferredType } from '../preferred-type.ts'
import { invalidValue } from '../problem.ts'
import { defineRoute } from '../route.ts'

const LIMIT_DEFAULT = 50
const LIMIT_MAX = 500
/** A file has every entry that matches, however long that takes. */
const TIMEOUT_MS = 15 * 60_000

const pageSchema = z.object({
  entries: z.array(explainedEntrySchema),
  next: z.string().nullable().describe('the cursor of the page that goes on; null at the end'),
})

/**
 * What was posted to an account, newest first, that is by the account's own sequence. `from` is inclusive, `to` is
 * exclusive, both by the time of posting. With `Accept: text/csv` a file of all entries that match, from `cursor` on and
 * at most `limit` where these are given.
 */
export const entries = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/entries',
  scope: 'read',
  customers: 'read',
  summary: 'What was posted to an account, newest first, with the arithmetic of each charge',
  description:
    '`from` is inclusive, `to` is exclusive, both by the time of posting. With `Accept: text/csv` a file of all entries that match.',
  timeoutMs: TIMEOUT_MS,
  query: z.strictObject({
    from: instant.optional(),
    to: instant.optional(),
    show: oneOf(['all', 'debits', 'credits']).default('all'),
    item: oneOf(ENTRY_ITEMS).optional(),
    number: phoneNumber.optional(),
    callId: callId.optional(),
    cursor: cursor.optional(),
    limit: wholeNumber({ min: 1, max: LIMIT_MAX }).optional(),
  }),
  answers: { status: 200, content: { 'application/json': pageSchema, 'text/csv': z.string() } },

  async handle({ query, request, reply }, { db }) {
    const { from = null, to = null, show, item = null, number = null, callId = null, limit } = query
    if (from && to && from > to) throw invalidValue('to', 'must not be before from')
    const account = accountIn(request)
    const wanted = { account, from, to, show, item, number, callId, beforeSeq: query.cursor ?? null }
    reply.header('vary', 'accept')
    return preferredType(request.headers.accept, ['application/json', 'text/csv']) === 'text/csv'
      ? await sendFile(reply, db, { ...wanted, limit: limit ?? Infinity })
      : await readPage(db, { ...wanted, limit: limit ?? LIMIT_DEFAULT })
  },
})

async function readPage(db: Db, wanted: StatementQuery) {
  const found = await readStatement(db, { ...wanted, limit: wanted.limit + 1 })
  if (!found) throw unknownAccount()
  const page = found.slice(0, wanted.limit)
  const last = page.at(-1)
  return {
    entries: await explainEntries(db, page),
    next: last && found.length > page.length ? cursorAfter(last.seq) : null,
  }
}

async function sendFile(reply: FastifyReply, db: Db, wanted: StatementQuery): Promise<FastifyReply> {
  const lines = await entriesCsv(db, wanted)
  if (!lines) throw unknownAccount()
  return reply
    .type('text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${wanted.account}-entries.csv"`)
    .send(Readable.from(lines))
}
