import { describe, expect, it } from 'vitest'
import { type AsteriskSource, parseAsteriskRow } from '../../billing/cdr/asterisk.ts'
import { splitCsvLine } from '../../billing/cdr/csv-line.ts'

const SOURCE: AsteriskSource = {
  account: 'acme',
  timeZone: 'America/New_York',
  country: 'US',
  direction: undefined,
}

/** An agent at extension 101 calls out, as Asterisk 20 writes it with all optional columns. */
const OUTBOUND = {
  accountcode: '',
  src: '101',
  dst: '12035550123',
  dcontext: 'from-internal',
  clid: '"Miller, ""Joe""" <101>',
  channel: 'PJSIP/101-0000002a',
  dstchannel: 'PJSIP/carrier-0000002b',
  lastapp: 'Dial',
  lastdata: 'PJSIP/12035550123@carrier,60,tT',
  start: '2026-03-31 17:05:09',
  answer: '2026-03-31 17:05:17',
  end: '2026-03-31 17:06:42',
  duration: '92',
  billsec: '84',
  disposition: 'ANSWERED',
  amaflags: 'DOCUMENTATION',
  uniqueid: '1774991109.42',
  userfield: '',
  peeraccount: '',
  linkedid: '1774991109.42',
  sequence: '57',
}

const INBOUND = {
  ...OUTBOUND,
  src: '+14155550101',
  dst: '+12035550100',
  dcontext: 'from-trunk',
  channel: 'PJSIP/carrier-0000002a',
  dstchannel: 'PJSIP/101-0000002b',
}

function parse(columns: Record<string, string>, source: Partial<AsteriskSource> = {}) {
  return parseAsteriskRow(Object.values(columns), { ...SOURCE, ...source })
}

describe('a row of cdr-csv', () => {
  it('becomes a usage record', () => {
    expect(parse(OUTBOUND)).toEqual({
      record: {
        id: '1774991109.42#57',
        account: 'acme',
        item: 'phone_call',
        kind: 'outbound',
        from: '101',
        to: '+12035550123',
        occurredAt: '2026-03-31T21:05:09.000Z',
        durationMs: 84_000,
        callId: '1774991109.42',
      },
    })
  })

  it('is charged by billsec where the answer and end times are a second off', () => {
    const row = { ...OUTBOUND, answer: '2026-03-31 17:05:17', end: '2026-03-31 17:05:42', billsec: '24' }
    expect(parse(row)).toMatchObject({ record: { durationMs: 24_000 } })
  })

  it.each([
    ['ANSWERED', '0'],
    ['NO ANSWER', '0'],
    ['BUSY', '0'],
    ['FAILED', '0'],
    ['CONGESTION', '0'],
    ['NO ANSWER', '60'],
  ])('that is %s after %s seconds costs nothing', (disposition, billsec) => {
    expect(parse({ ...OUTBOUND, answer: '', disposition, billsec })).toMatchObject({
      record: { durationMs: 0 },
    })
  })

  it('chooses in the hour that happens twice by its uniqueid', () => {
    const row = { ...OUTBOUND, start: '2026-11-01 01:30:00', uniqueid: 'pbx-1-1793514600.7' }
    expect(parse(row)).toMatchObject({ record: { occurredAt: '2026-11-01T06:30:00.000Z' } })
  })
})

describe('the id of a row', () => {
  const { uniqueid, userfield, peeraccount, linkedid, sequence, ...base } = OUTBOUND

  it.each([
    ['all optional columns', { uniqueid, userfield, peeraccount, linkedid, sequence }, /^1774991109\.42#57$/],
    ['no userfield', { uniqueid, peeraccount, linkedid, sequence }, /^1774991109\.42#57$/],
    ['neither uniqueid nor userfield', { peeraccount, linkedid, sequence }, /^1774991109\.42#57$/],
    ['uniqueid and userfield alone', { uniqueid, userfield }, /^1774991109\.42#[0-9a-f]{16}$/],
    ['uniqueid alone', { uniqueid }, /^1774991109\.42#[0-9a-f]{16}$/],
    ['userfield alone', { userfield: 'campaign 7' }, /^cdr#[0-9a-f]{16}$/],
    ['no optional column', {}, /^cdr#[0-9a-f]{16}$/],
  ])('comes from a file with %s', (_, optional, id) => {
    expect(parse({ ...base, ...optional })).toMatchObject({ record: { id: expect.stringMatching(id) } })
  })

  it('differs between legs of one uniqueid that have no sequence', () => {
    const legs = [base, { ...base, dstchannel: 'PJSIP/backup-0000002c' }]
    const ids = legs.map((leg) => parse({ ...leg, uniqueid }))
    expect(ids[0]).not.toEqual(ids[1])
  })
})

describe('the direction of a row', () => {
  const undecided = { ...INBOUND, dcontext: 'office', dstchannel: 'PJSIP/reception-0000002b' }

  it.each([
    ['outbound from the channel of an extension', { ...INBOUND, channel: 'SIP/101-0000002a' }, 'outbound'],
    [
      'inbound to the channel of an extension',
      { ...undecided, dstchannel: 'Local/102@phones-0000002b;1' },
      'inbound',
    ],
    ['inbound by its context', { ...undecided, dcontext: 'incoming-calls' }, 'inbound'],
    ['outbound by its context', { ...undecided, dcontext: 'outbound-allroutes' }, 'outbound'],
  ])('is %s when both numbers are outside ones', (_, row, kind) => {
    expect(parse(row)).toMatchObject({ record: { kind } })
  })

  it('is refused when nothing shows it, unless a direction is given', () => {
    expect(parse(undecided)).toMatchObject({ fault: { field: 'direction' } })
    expect(parse(undecided, { direction: 'inbound' })).toMatchObject({ record: { kind: 'inbound' } })
  })

  it('is not what is given when the numbers show another', () => {
    expect(parse({ ...undecided, src: '101' }, { direction: 'inbound' })).toMatchObject({
      record: { kind: 'outbound' },
    })
  })
})

describe('a row that is nothing to charge', () => {
  it('is skipped between extensions', () => {
    expect(parse({ ...OUTBOUND, dst: '102' })).toEqual({ skip: 'internal call' })
  })

  it('is skipped when nobody answered at what is no telephone number', () => {
    const row = { ...INBOUND, dst: 's', disposition: 'NO ANSWER', billsec: '0' }
    expect(parse(row)).toEqual({ skip: 'unanswered, to no telephone number' })
  })
})

describe('a row that cannot be charged', () => {
  it.each([
    ['a national number without a country', { ...OUTBOUND, dst: '2035550123' }, 'dst'],
    ['an answered call to an entry of the dial plan', { ...INBOUND, dst: 's' }, 'dst'],
    ['no start', { ...OUTBOUND, start: '' }, 'start'],
    ['a start that clocks skipped', { ...OUTBOUND, start: '2026-03-08 02:30:00' }, 'start'],
    ['a negative billsec', { ...OUTBOUND, billsec: '-1' }, 'billsec'],
    ['an unknown disposition', { ...OUTBOUND, disposition: 'HUNGUP' }, 'disposition'],
    ['a sequence that is no number', { ...OUTBOUND, sequence: 'x' }, 'sequence'],
    ['a column too many', { ...OUTBOUND, extra: '' }, 'row'],
  ])('names its fault: %s', (_, row, field) => {
    expect(parse(row, { country: undefined })).toMatchObject({ fault: { field } })
  })

  it('has too few columns', () => {
    expect(parseAsteriskRow(['', '101', '102'], SOURCE)).toEqual({
      fault: { field: 'row', message: 'has 3 columns; cdr-csv writes 16 to 21' },
    })
  })
})

describe('splitCsvLine', () => {
  it.each([
    ['', ['']],
    ['a,,b,', ['a', '', 'b', '']],
    ['"a,b",3', ['a,b', '3']],
    ['"say ""hi""",""', ['say "hi"', '']],
  ])('splits %s', (line, values) => expect(splitCsvLine(line)).toEqual(values))

  it.each(['"open', 'a"b', '"a"b', '"a""'])('refuses %s', (line) =>
    expect(splitCsvLine(line)).toBeUndefined(),
  )
})
