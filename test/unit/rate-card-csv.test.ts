import { describe, expect, test } from 'vitest'
import { type CardFinding, describeCardFinding } from '../../billing/card-finding.ts'
import { parseAccountRates, parseRateCard } from '../../billing/rate-card-csv.ts'
import { aRate } from '../support/rate-fixtures.ts'

function read(content: string | readonly string[], account: string | null = null) {
  const text = typeof content === 'string' ? content : content.join('\n')
  return parseRateCard(Buffer.from(text), { account })
}

function faultsOf(content: string | readonly string[], account: string | null = null): string[] {
  const card = read(content, account)
  return 'faults' in card ? card.faults.map(describeCardFinding) : []
}

function warningsOf(lines: readonly string[]): CardFinding[] {
  const card = read(lines)
  return 'faults' in card ? [] : card.warnings
}

describe('a rate card file', () => {
  test('gives every column to its rate', () => {
    const header =
      'description,item,kind,prefix,setup_fee,rate,per_seconds,increment_seconds,minimum_seconds,from_second,' +
      'surcharge,round_decimals,rounding,effective_from,effective_to,blocked'
    const row =
      '"Washington, ""D.C.""",phone_call,outbound,1202,0.05,0.0049,30,6,12,0,0.000000000001,4,half_up,' +
      '2026-01-01T00:00:00Z,2027-01-01T00:00:00+01:00,true'
    expect(read([header, row])).toEqual({
      rates: [
        {
          row: 1,
          item: 'phone_call',
          kind: 'outbound',
          prefix: '1202',
          setupFee: 50_000_000_000n,
          rate: 4_900_000_000n,
          surcharge: 1n,
          perSeconds: 30,
          incrementSeconds: 6,
          minimumSeconds: 12,
          fromSecond: 0,
          roundDecimals: 4,
          rounding: 'half_up',
          effectiveFromMs: Date.parse('2026-01-01T00:00:00Z'),
          effectiveToMs: Date.parse('2026-12-31T23:00:00Z'),
          blocked: true,
          description: 'Washington, "D.C."',
        },
      ],
      warnings: [{ line: 2, column: 'effective_to', message: expect.any(String) }],
    })
  })

  test('has defaults for every column but the item', () => {
    expect(read(['item', 'phone_call'])).toEqual({ rates: [aRate()], warnings: [] })
  })

  test('may begin with a byte order mark, end its lines with CRLF, hold empty lines and quoted line ends', () => {
    const card = read(
      '\ufeffitem,prefix,description\r\n\r\nphone_call,1,"two\r\nlines"\r\n\r\nphone_call,2,\r\n',
    )
    expect(card).toMatchObject({
      rates: [
        { row: 1, prefix: '1' },
        { row: 2, prefix: '2' },
      ],
    })
  })

  test.each([
    ['', 'line 1: the file has no header line'],
    ['item,color\n', 'line 1, column color: unknown column'],
    ['item,rate,rate\n', 'line 1, column rate: the column is there twice'],
    ['kind,rate\nx,y', 'line 1, column item: the column is missing'],
    ['item,rate\nphone_call', 'line 2: has 1 fields where the header has 2'],
    ['item,rate\nphone_call,1,2', 'line 2: has 3 fields where the header has 2'],
    ['item,rate\n\nphone_call,"1', 'line 3: opens a quote that is never closed'],
    ['item,description\nphone_call,5" pipe', 'line 2: has a quote inside a field'],
    ['item,description\nphone_call,"5" pipe"', 'line 2: has a quote inside a field'],
  ])('%j is refused: %s', (content, message) => {
    expect(faultsOf(content)).toEqual([expect.stringContaining(message)])
  })

  test.each([
    ['item', ['', 'phone', 'funds_added', 'Phone_call']],
    ['kind', ['both', 'purchase']],
    [
      'prefix',
      ['+1', '0', '01', '12a', '1 2', '1234567890123456', 'short', 'short:1', 'short:123456789', '911 '],
    ],
    ['setup_fee', ['-0.01', 'free', '1e-3', '0,01', '.5', '$1', '0.0000000000001', '10000000']],
    ['rate', ['-0.01', 'NaN', ' 1']],
    ['surcharge', ['-1', '1.']],
    ['per_seconds', ['0', '-60', '1.5', '1000000001', '60s', '99999999999']],
    ['increment_seconds', ['0', '0.5']],
    ['minimum_seconds', ['-1', '1e3']],
    ['from_second', ['-1', 'x']],
    ['round_decimals', ['7', '-1', '2.0']],
    ['rounding', ['even', 'HALF_UP', 'ceiling']],
    ['effective_from', ['2026-01-01', '2026-02-30T00:00:00Z', 'now']],
    ['effective_to', ['2026-01-01T00:00:00', '1']],
    ['blocked', ['yes', 'TRUE', '1']],
    ['account', ['acct_1']],
    ['description', ['\0']],
  ])('names line and column of a bad %s, for each of %j', (column, values) => {
    for (const value of values) {
      const header = ['item', 'prefix', ...(column === 'item' || column === 'prefix' ? [] : [column])]
      const row = header.map((name) => (name === column ? `"${value}"` : name === 'item' ? 'phone_call' : ''))
      const message = expect.stringMatching(`^line 3, column ${column}: must`)
      expect(faultsOf([header.join(','), '', row.join(',')])).toEqual([message])
    }
  })

  test('takes no kind for an item that has none', () => {
    expect(faultsOf(['item,kind', 'outgoing_text,outbound'])).toEqual([
      'line 2, column kind: must be empty for outgoing_text',
    ])
  })

  test('names every fault at once, by line', () => {
    const lines = [
      'item,prefix,rate,from_second',
      'phone_call,1,x,0',
      'phone,+2,1,0',
      'text',
      'phone_call,3,1,60',
      'phone_call,1,2,0',
    ]
    expect(faultsOf(lines).map((fault) => fault.split(':')[0])).toEqual([
      'line 2, column rate',
      'line 3, column item',
      'line 3, column prefix',
      'line 4',
      'line 5, column from_second',
      'line 6, column from_second',
    ])
  })

  test('names the lines that are not UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('item,description\nphone_call,"caf'),
      Buffer.from([0xe9]),
      Buffer.from('"\n'),
    ])
    expect(parseRateCard(bytes, { account: null })).toEqual({
      faults: [{ line: 2, column: null, message: 'is not valid UTF-8' }],
    })
  })

  test('with no rates is a card without rates', () => {
    expect(read('item,rate\n')).toEqual({ rates: [], warnings: [] })
  })
})

describe('the rows of one key', () => {
  const HEADER = 'item,prefix,from_second,effective_from,effective_to,blocked'

  test('of one instant, however it is written, have each second once', () => {
    const lines = [
      HEADER,
      'phone_call,1,0,2026-01-01T00:00:00Z,,',
      'phone_call,1,0,2026-01-01T01:00:00+01:00,,',
    ]
    expect(faultsOf(lines)).toEqual([
      'line 3, column from_second: same key, effective_from and from_second as line 2',
    ])
  })

  test('of one instant have a row at second 0', () => {
    const lines = [HEADER, 'phone_call,1,0,,,', 'phone_call,1,60,2026-01-01T00:00:00Z,,']
    expect(faultsOf(lines)).toEqual(['line 3, column from_second: its set has no row at second 0'])
  })

  test('of one instant agree on when they end and whether they block', () => {
    const lines = [HEADER, 'phone_call,1,0,,2027-01-01T00:00:00Z,true', 'phone_call,1,60,,,']
    expect(faultsOf(lines)).toEqual([
      'line 3, column effective_to: differs from line 2 of the same set',
      'line 3, column blocked: differs from line 2 of the same set',
    ])
  })

  test('end after they begin', () => {
    const lines = [HEADER, 'phone_call,1,0,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,']
    expect(faultsOf(lines)).toEqual(['line 2, column effective_to: must be later than effective_from'])
  })

  test('are told apart by item, kind and prefix', () => {
    const lines = [
      'item,kind,prefix',
      'phone_call,,1',
      'phone_call,inbound,1',
      'phone_call,,12',
      'outgoing_text,,1',
    ]
    expect(faultsOf(lines)).toEqual([])
  })

  test('warn of a time without rates, between two sets and after the last', () => {
    const lines = [
      HEADER,
      'phone_call,1,0,,2026-01-01T00:00:00Z,',
      'phone_call,1,0,2026-02-01T00:00:00Z,2026-03-01T00:00:00Z,',
      'phone_call,1,0,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,',
    ]
    expect(warningsOf(lines)).toEqual([
      {
        line: 2,
        column: 'effective_to',
        message: expect.stringContaining('until the effective_from of line 3'),
      },
      { line: 4, column: 'effective_to', message: expect.stringContaining('no later row follows') },
    ])
  })

  test('warn of slots that only a call could use', () => {
    expect(warningsOf([HEADER, 'outgoing_text,1,0,,,', 'outgoing_text,1,60,,,'])).toEqual([
      { line: 3, column: 'from_second', message: 'never used: only calls are priced by slots' },
    ])
  })
})

describe("an account's own card file", () => {
  test('needs no account column, and takes its own account or none in it', () => {
    expect(faultsOf(['item', 'phone_call'], 'acct_1')).toEqual([])
    expect(faultsOf(['item,prefix,account', 'phone_call,1,acct_1', 'phone_call,2,'], 'acct_1')).toEqual([])
  })

  test('is one card, whether its rows name the account or not', () => {
    const lines = ['item,account', 'phone_call,acct_1', 'phone_call,']
    expect(faultsOf(lines, 'acct_1')).toEqual([
      expect.stringMatching('^line 3, column from_second: same key'),
    ])
  })

  test("takes no other account's rates", () => {
    const lines = ['item,account', 'phone_call,acct_2']
    expect(faultsOf(lines, 'acct_1')).toEqual(['line 2, column account: must be acct_1 or empty'])
  })
})

describe('a file with the own rates of several accounts', () => {
  test('gives each account its rows, numbered through the file', () => {
    const lines = 'account,item,prefix\nacct_A,phone_call,1\nacct_B,phone_call,1\nacct_A,phone_call,2'
    const read = parseAccountRates(Buffer.from(lines))
    if ('faults' in read) throw new Error(JSON.stringify(read.faults))
    const rows = Array.from(read.ratesByAccount, ([account, rates]) => [account, rates.map(({ row }) => row)])
    expect(rows).toEqual([
      ['acct_A', [1, 3]],
      ['acct_B', [2]],
    ])
  })

  test.each(['item\nphone_call', 'account,item\n,phone_call', 'account,item\na.b,phone_call'])(
    '%j is refused, for every row names its account',
    (content) => {
      expect(parseAccountRates(Buffer.from(content))).toMatchObject({
        faults: [{ line: 2, column: 'account' }],
      })
    },
  )
})
