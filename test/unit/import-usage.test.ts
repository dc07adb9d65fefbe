import { describe, expect, it } from 'vitest'
import { micros, ZERO_MICROS } from '../../billing/money.ts'
import { checkRecords } from '../../scripts/import/check-records.ts'
import {
  type ChargeRecords,
  dryRunLines,
  importUsageFile,
  summaryLines,
} from '../../scripts/import/import-usage-file.ts'
import { sourceRows, type UsageSource } from '../../scripts/import/source-rows.ts'
import { readUsageSource } from '../../scripts/import/usage-source.ts'

const TEXT = {
  id: 'text-1',
  account: 'acme',
  item: 'outgoing_text',
  from: '+12035550100',
  to: '+14155550101',
  occurredAt: '2026-03-31T21:05:09Z',
  segments: 1,
}

const CALL_LINE =
  '"","101","12035550123","from-internal","""Miller, Joe"" <101>","PJSIP/101-0000002a","PJSIP/carrier-0000002b",' +
  '"Dial","PJSIP/12035550123@carrier,60","2026-03-31 17:05:09","2026-03-31 17:05:17","2026-03-31 17:06:42",' +
  '92,84,"ANSWERED","DOCUMENTATION","1774991109.42","","","1774991109.42",57'

const ASTERISK: UsageSource = {
  format: 'asterisk',
  account: 'acme',
  timeZone: 'America/New_York',
  country: 'US',
  direction: undefined,
}

async function* chunksOf(text: string | Buffer) {
  yield await Promise.resolve(Buffer.from(text))
}

/** Charges each id once for a cent, refuses `poison`, and remembers the batches. */
function fakeCharging() {
  const batches: unknown[][] = []
  const charged = new Set<unknown>()
  const charge: ChargeRecords = (raws) => {
    batches.push(raws)
    const ids = raws.map((raw) => (raw as { id: string }).id)
    const fresh = ids.filter((id) => id !== 'poison' && !charged.has(id))
    for (const id of fresh) charged.add(id)
    const refused = ids.flatMap((id, index) =>
      id === 'poison' ? [{ index, id, code: 'no_rate', message: 'no rate matches' }] : [],
    )
    const duplicates = ids.length - fresh.length - refused.length
    return Promise.resolve({
      charged: fresh.length,
      free: 0,
      duplicates,
      amount: micros(BigInt(fresh.length) * 10_000n),
      refused,
    })
  }
  return { batches, charge }
}

async function importText(text: string | Buffer, source: UsageSource, charge: ChargeRecords) {
  const reported: string[] = []
  const progress: number[] = []
  const summary = await importUsageFile(sourceRows(chunksOf(text), source), {
    charge,
    report: (line) => reported.push(line),
    progress: ({ read }) => progress.push(read),
  })
  return { summary, reported, progress }
}

describe('an import', () => {
  it('charges what it can, reports each refused row with its line, and sums up', async () => {
    const lines = [
      CALL_LINE,
      '"","bad',
      '',
      CALL_LINE.replace('"12035550123"', '"102"'),
      CALL_LINE.replace(/,57$/, ',58'),
    ]
    const { summary, reported } = await importText(`${lines.join('\r\n')}\n`, ASTERISK, fakeCharging().charge)
    expect(reported).toEqual(['line 2: row: a quote is not closed, or stands inside a bare value'])
    expect(summaryLines(summary)).toEqual([
      'read 4',
      'charged 2',
      'free 0',
      'already charged 0',
      'skipped 1 (1 × internal call)',
      'refused 1',
      'amount 0.020000 USD',
    ])
  })

  it('charges nothing the second time', async () => {
    const { charge } = fakeCharging()
    await importText(CALL_LINE, ASTERISK, charge)
    const { summary } = await importText(CALL_LINE, ASTERISK, charge)
    expect(summary).toMatchObject({ charged: 0, alreadyCharged: 1, amount: ZERO_MICROS })
  })

  it('names the line of a record that the charging refuses, in the order of the file', async () => {
    const lines = [TEXT, { ...TEXT, id: 'poison' }].map((record) => JSON.stringify(record))
    const { reported } = await importText(
      `${lines.join('\n')}\n{"id"`,
      { format: 'ndjson' },
      fakeCharging().charge,
    )
    expect(reported).toEqual(['line 2: poison: no_rate: no rate matches', 'line 3: row: not valid JSON'])
  })

  it('hands on usage records as they are', async () => {
    const { batches, charge } = fakeCharging()
    const record = { ...TEXT, tags: { agent: 'joe' }, unknown: [1] }
    await importText(JSON.stringify(record), { format: 'ndjson' }, charge)
    expect(batches).toEqual([[record]])
  })

  it('charges at most 1000 records at a time and shows its progress after each batch', async () => {
    const lines = Array.from({ length: 2_500 }, (_, n) => JSON.stringify({ ...TEXT, id: `text-${n}` }))
    const { batches, charge } = fakeCharging()
    const { progress, summary } = await importText(lines.join('\n'), { format: 'ndjson' }, charge)
    expect(batches.map((batch) => batch.length)).toEqual([1000, 1000, 500])
    expect(progress).toEqual([1000, 2000, 2500])
    expect(summary.charged).toBe(2500)
  })

  it('charges a batch before it reads on', async () => {
    let lineCount = 0
    const seen: number[] = []
    const endless = (async function* () {
      for (; lineCount < 3000; lineCount += 1) {
        yield await Promise.resolve(Buffer.from(`${JSON.stringify({ ...TEXT, id: `text-${lineCount}` })}\n`))
      }
    })()
    const { charge } = fakeCharging()
    await importUsageFile(sourceRows(endless, { format: 'ndjson' }), {
      charge: (raws) => {
        seen.push(lineCount)
        return charge(raws)
      },
      report: () => undefined,
      progress: () => undefined,
    })
    expect(seen).toEqual([999, 1999, 2999])
  })

  it('reads rows of Asterisk whose callers are named in another encoding', async () => {
    const line = Buffer.from(CALL_LINE.replace('Miller', 'M\xfcller'), 'latin1')
    const { summary } = await importText(line, ASTERISK, fakeCharging().charge)
    expect(summary).toMatchObject({ charged: 1, refused: 0 })
  })

  it('ends when the charging fails', async () => {
    const charge = () => Promise.reject(new Error('connection lost'))
    await expect(importText(CALL_LINE, ASTERISK, charge)).rejects.toThrow('connection lost')
  })
})

it('a dry run refuses what is no usage record and charges nothing', async () => {
  const lines = [TEXT, { ...TEXT, segments: 0 }, null].map((record) => JSON.stringify(record))
  const { summary, reported } = await importText(lines.join('\n'), { format: 'ndjson' }, checkRecords)
  expect(reported).toEqual([
    expect.stringMatching(/^line 2: text-1: invalid_record: segments /),
    expect.stringMatching(/^line 3: invalid_record: record /),
  ])
  expect(dryRunLines(summary)).toEqual([
    'read 3',
    'fit to be charged 1',
    'skipped 0',
    'refused 2',
    'a dry run: nothing was charged',
  ])
})

describe('the options of import-usage', () => {
  const asterisk = { format: 'asterisk', account: 'acme', 'time-zone': 'America/New_York' }

  it.each([
    [{ format: 'ndjson' }, { format: 'ndjson' }],
    [{ ...asterisk, country: 'us' }, ASTERISK],
    [
      { ...asterisk, direction: 'inbound' },
      { ...ASTERISK, country: undefined, direction: 'inbound' },
    ],
    [
      { format: 'freeswitch', account: 'acme' },
      { format: 'freeswitch', account: 'acme', country: undefined },
    ],
    [
      { format: 'twilio', account: 'acme' },
      { format: 'twilio', account: 'acme' },
    ],
  ])('say what a file holds: %j', (options, source) => {
    expect(readUsageSource(options)).toEqual(source)
  })

  it.each([
    ['no format', {}, '--format must be'],
    ['an unknown format', { format: 'cisco' }, '--format must be'],
    ['an account with NDJSON', { format: 'ndjson', account: 'acme' }, 'name their accounts'],
    ['no account with Twilio', { format: 'twilio' }, 'needs --account'],
    ['a bad account', { format: 'twilio', account: 'a b' }, '--account must be'],
    ['no zone with Asterisk', { format: 'asterisk', account: 'acme' }, 'needs --time-zone'],
    ['a bad zone', { ...asterisk, 'time-zone': 'Mars/Base' }, '--time-zone must be'],
    ['an offset for a zone', { ...asterisk, 'time-zone': '+02:00' }, '--time-zone must be'],
    ['a bad country', { ...asterisk, country: 'USA' }, '--country must be'],
    ['a bad direction', { ...asterisk, direction: 'up' }, '--direction must be'],
  ])('are refused: %s', (_, options, message) => {
    expect(() => readUsageSource(options)).toThrow(message)
  })
})
