import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAsteriskRow } from '../../billing/cdr/asterisk.ts'
import { parseFreeswitchCdr } from '../../billing/cdr/freeswitch.ts'
import { parseTwilioResource } from '../../billing/cdr/twilio.ts'
import { type SourceRow, sourceRows, type UsageSource } from '../../scripts/import/source-rows.ts'

const ASTERISK = {
  account: 'acme',
  timeZone: 'America/New_York',
  country: 'US',
  direction: undefined,
} as const
const FREESWITCH = { account: 'acme', country: undefined } as const

const SOURCES: UsageSource[] = [
  { format: 'ndjson' },
  { format: 'asterisk', ...ASTERISK },
  { format: 'freeswitch', ...FREESWITCH },
  { format: 'twilio', account: 'acme' },
]

/** Bytes that mean something to the formats come often. */
const bytes = fc.array(
  fc.oneof(fc.constantFrom(...Buffer.from('{}[]",:\\\n\r 01aé')), fc.integer({ min: 0, max: 255 })),
  { maxLength: 400 },
)

async function readAll(chunks: number[][], source: UsageSource) {
  const stream = (async function* () {
    for (const chunk of chunks) yield await Promise.resolve(Uint8Array.from(chunk))
  })()
  const rows: SourceRow[] = []
  for await (const row of sourceRows(stream, source)) rows.push(row)
  return rows
}

/** What a field may hold: things of the right shape, slightly wrong ones, and anything else. */
const text = fc.oneof(
  fc.constantFrom('', '0', '12', '-1', '101', '+12035550123', '2026-03-08 02:30:00', 'ANSWERED', 'inbound'),
  fc.constantFrom(
    'completed',
    'sent',
    'Tue, 31 Aug 2010 20:36:28 +0000',
    '1774991109',
    '1774991109385581',
    '%zz',
  ),
  fc.string(),
)
const value = fc.oneof(text, fc.double(), fc.jsonValue())

function objectOf(...fields: string[]) {
  return fc.record(Object.fromEntries(fields.map((field) => [field, value])), { requiredKeys: [] })
}

const freeswitchCdr = fc.record({
  variables: fc.oneof(
    value,
    objectOf('uuid', 'direction', 'start_epoch', 'start_uepoch', 'billsec', 'billmsec', 'sip_req_user'),
  ),
  callflow: fc.oneof(
    value,
    fc.array(fc.record({ profile_index: value, caller_profile: objectOf('caller_id_number', 'originator') })),
  ),
})

const twilioResource = fc
  .tuple(
    fc.constantFrom('CA1', 'SM1', 'XX'),
    objectOf(
      'status',
      'direction',
      'from',
      'to',
      'start_time',
      'date_sent',
      'date_created',
      'duration',
      'num_segments',
    ),
  )
  .map(([sid, fields]) => ({ sid, ...fields }))

const results = /^(record|skip|fault)$/

function expectResult(result: object): void {
  expect(Object.keys(result)).toEqual([expect.stringMatching(results)])
}

describe('whatever a file holds', () => {
  it.each(SOURCES)('reading it as $format ends with a result for each row', async (source) => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 4 }), async (chunks) => {
        for (const { result } of await readAll(chunks, source)) expectResult(result)
      }),
    )
  })

  it.each(SOURCES)('its rows as $format do not depend on how it was cut into chunks', async (source) => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 4 }), async (chunks) => {
        expect(await readAll(chunks, source)).toEqual(await readAll([chunks.flat()], source))
      }),
    )
  })

  it('a row of Asterisk gives a result', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 14, maxLength: 22 }), (row) =>
        expectResult(parseAsteriskRow(row, ASTERISK)),
      ),
    )
  })

  it('a document of FreeSWITCH gives a result', () => {
    fc.assert(fc.property(freeswitchCdr, (cdr) => expectResult(parseFreeswitchCdr(cdr, FREESWITCH))))
  })

  it('a resource of Twilio gives a result', () => {
    fc.assert(
      fc.property(twilioResource, (resource) => expectResult(parseTwilioResource(resource, ASTERISK))),
    )
  })
})
