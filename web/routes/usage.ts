import { z } from 'zod'
import { parseUsageRecord, recordIdentity } from '../../billing/parse-usage-record.ts'
import { defineRoute } from '../route.ts'
import { readUsageBody, type SentRecord } from '../usage-body.ts'
import { usageBodySchema, usageRecordSchema } from '../usage-record-schema.ts'

const rejectedSchema = z.object({
  index: z.int().describe('its place among the records sent, from 0; blank lines are not counted'),
  id: z.string().nullable().describe('null where the record has no valid one'),
  code: z.string(),
  message: z.string(),
})

const answerSchema = z.object({ accepted: z.int(), rejected: z.array(rejectedSchema) })

/**
 * Takes usage records and answers once the queue has stored those that are well-formed. Each of the others is named by
 * its place among the records sent, from 0; blank lines of NDJSON are not counted. Sending a record again is safe.
 */
export const usage = defineRoute({
  method: 'POST',
  path: '/v1/usage',
  scope: 'usage',
  rateLimit: 'high',
  summary: 'Takes usage records, at most 10 000 in at most 5 MiB',
  description:
    'Answers once the queue has stored the records that are well-formed, and names each of the others by its place. Sending a record again is safe: it is charged once.',
  query: z.strictObject({}),
  body: { 'application/json': usageBodySchema, 'application/x-ndjson': usageRecordSchema },
  problems: ['unknown-version'],
  answers: { status: 202, content: { 'application/json': answerSchema } },

  async handle({ request }, { ingest }) {
    const accepted: unknown[] = []
    const rejected: z.infer<typeof rejectedSchema>[] = []
    for (const [index, sent] of readUsageBody(request.body).entries()) {
      const checked = check(sent)
      if ('message' in checked) rejected.push({ index, ...checked })
      else accepted.push(checked.record)
    }
    if (accepted.length > 0) await ingest.store(accepted)
    return { accepted: accepted.length, rejected }
  },
})

function check(sent: SentRecord): { record: unknown } | Omit<z.infer<typeof rejectedSchema>, 'index'> {
  if ('fault' in sent) return { id: null, code: 'invalid_record', message: sent.fault }
  const parsed = parseUsageRecord(sent.raw)
  if ('record' in parsed) return { record: pickFields(sent.raw) }
  const { field, message } = parsed.fault
  return { id: recordIdentity(sent.raw).id, code: 'invalid_record', message: `${field} ${message}` }
}

/** Unknown fields are ignored, so they are left behind here. */
function pickFields(raw: unknown): unknown {
  const fields = new Map(Object.entries(raw as object))
  return Object.fromEntries(FIELDS.flatMap((name) => (fields.has(name) ? [[name, fields.get(name)]] : [])))
}

const FIELDS = Object.keys(usageRecordSchema.shape)
