import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Db } from '../../db/connect.ts'
import { listStatements, type MadeStatement, readMadeStatement } from '../../db/monthly-statements-made.ts'
import { partIn } from '../parameters.ts'
import { preferredType } from '../preferred-type.ts'
import { Problem } from '../problem.ts'
import { requireAccount } from '../require-account.ts'
import { defineRoute } from '../route.ts'
import { statementAnswer, statementSchema } from '../statement-answer.ts'
import { statementCsv } from '../statement-csv.ts'
import { statementPdf } from '../statement-pdf.ts'

/** A file has every entry of the month, however long that takes. */
const TIMEOUT_MS = 15 * 60_000

/** The statements of an account, the newest first. */
export const statements = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/statements',
  scope: 'read',
  customers: 'read',
  summary: 'The monthly statements of an account, the newest first',
  query: z.strictObject({}),
  answers: {
    status: 200,
    content: { 'application/json': z.object({ statements: z.array(statementSchema) }) },
  },

  async handle({ request }, { db }) {
    const account = await requireAccount(db, request)
    return { statements: (await listStatements(db, account)).map(statementAnswer) }
  },
})

/**
 * The statement of a month, made when the month had ended where the account is. With `Accept: text/csv` with its entries,
 * with `Accept: application/pdf` as a document for people.
 */
export const statement = defineRoute({
  method: 'GET',
  path: '/v1/accounts/:account/statements/:month',
  scope: 'read',
  customers: 'read',
  summary: 'The statement of a month, such as 2026-03',
  description:
    'Made when the month has ended where the account is. With `Accept: text/csv` with its entries, with `Accept: application/pdf` as a document for people.',
  timeoutMs: TIMEOUT_MS,
  query: z.strictObject({}),
  problems: ['unknown-statement'],
  answers: {
    status: 200,
    content: { 'application/json': statementSchema, 'text/csv': z.string(), 'application/pdf': z.string() },
  },

  async handle({ request, reply }, { db }) {
    const account = await requireAccount(db, request)
    const month = partIn(request, 'month', /^\d{4}-\d\d$/)
    const made = month === null ? null : await readMadeStatement(db, { account, month })
    if (!made) throw unknownStatement()
    reply.header('vary', 'accept')
    const type = preferredType(request.headers.accept, ['application/json', 'text/csv', 'application/pdf'])
    if (type === 'application/json') return statementAnswer(made)
    const file = FILES[type]
    return reply
      .type(file.type)
      .header(
        'content-disposition',
        `attachment; filename="${account}-${made.month.month}.${file.extension}"`,
      )
      .send(file.write(db, made))
  },
})

const FILES = {
  'text/csv': {
    type: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    write: (db: Db, made: MadeStatement) => Readable.from(statementCsv(db, made)),
  },
  'application/pdf': {
    type: 'application/pdf',
    extension: 'pdf',
    write: (_db: Db, made: MadeStatement) => statementPdf(made),
  },
}

function unknownStatement(): Problem {
  return new Problem('unknown-statement', {
    detail:
      'there is no statement of this month: one is made on the first day of the next, such as …/statements/2026-03',
  })
}
