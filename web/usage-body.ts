import { z } from 'zod'
import type { Line } from '../billing/line-splitter.ts'
import { NdjsonBody } from './body-parsers.ts'
import { invalidValue, Problem } from './problem.ts'

/** One record of a body: as it came out of JSON, or why it cannot be read. */
export type SentRecord = { readonly raw: unknown } | { readonly fault: string }

const RECORDS_MAX = 10_000

/**
 * The records of a body, in order. Throws a Problem when the body as a whole is not what the call takes; a line of
 * NDJSON that cannot be read stays in its place, as a fault.
 */
export function readUsageBody(body: unknown): SentRecord[] {
  if (body === undefined) {
    throw new Problem('malformed-body', {
      detail: 'there is no body: send application/json or application/x-ndjson',
    })
  }
  const records = body instanceof NdjsonBody ? body.lines.map(readLine) : readEnvelope(body)
  if (records.length <= RECORDS_MAX) return records
  throw new Problem('too-large', {
    detail: `a request carries at most ${RECORDS_MAX} records, this one has ${records.length}`,
    members: { field: 'records', rule: `at most ${RECORDS_MAX}` },
  })
}

const versioned = z.object({ v: z.number() })
const envelope = z.object({ v: z.literal(1), records: z.array(z.unknown()) })

function readEnvelope(body: unknown): SentRecord[] {
  const { data: version } = versioned.safeParse(body)
  if (version && version.v !== 1) {
    throw new Problem('unknown-version', {
      detail: 'v must be 1: this build knows no other version',
      members: { field: 'v', rule: 'must be 1' },
    })
  }
  const read = envelope.safeParse(body)
  if (read.success) return read.data.records.map((raw) => ({ raw }))
  const field = read.error.issues[0]?.path[0]
  if (field === 'v') throw invalidValue('v', 'must be 1')
  if (field === 'records') throw invalidValue('records', 'must be an array of usage records')
  throw invalidValue('body', 'must be an object with v and records')
}

function readLine(line: Line): SentRecord {
  if ('fault' in line) return { fault: `the line is ${line.fault}` }
  try {
    return { raw: JSON.parse(line.text) }
  } catch {
    return { fault: 'the line is not valid JSON' }
  }
}
