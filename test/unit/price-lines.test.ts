import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { priceLines } from '../../scripts/price/price-lines.ts'
import { readCards } from '../../scripts/price/read-cards.ts'

const RATES = [
  'item,kind,prefix,setup_fee,rate,increment_seconds,minimum_seconds,round_decimals,blocked',
  'phone_call,outbound,1,0,0.01,60,0,,',
  'phone_call,outbound,1203,0.05,0.0049,1,60,4,',
  'phone_call,outbound,1900,0,0,60,0,,true',
  'outgoing_text,,,0,0.0079,60,0,,',
  'phone_number,renewal,,0,1.15,60,0,,',
]
const ACCOUNT_RATES = ['account,item,rate', 'acct_own,phone_call,0.002']

const CALL = {
  id: 'call-1',
  account: 'acct_1',
  item: 'phone_call',
  kind: 'outbound',
  from: '+12125550100',
  to: '+12035550123',
  occurredAt: '2026-11-05T14:00:00Z',
  durationMs: 531_200,
}
const TEXT = {
  id: 'text-1',
  account: 'acct_1',
  item: 'outgoing_text',
  from: CALL.from,
  to: CALL.to,
  occurredAt: CALL.occurredAt,
}

/** Prices the bytes of a usage file and reads the answers. */
async function priceBytes(bytes: Uint8Array) {
  const standard = { name: 'rates.csv', bytes: Buffer.from(RATES.join('\n')) }
  const own = { name: 'accounts.csv', bytes: Buffer.from(ACCOUNT_RATES.join('\n')) }
  const read = readCards({ standard, own }, (line) => expect.fail(line))
  if (!read) throw new Error('the cards of this test are refused')
  const cards = { ...read, emergencyNumbers: new Set(['911']) }
  const answers = await Array.fromAsync(
    priceLines(Readable.from([bytes]), { cards, progress: () => undefined }),
  )
  return answers
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

async function price(lines: readonly (object | string)[]) {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  return await priceBytes(Buffer.from(text))
}

describe('the price of usage', () => {
  test('answers a call with its amount, rate and arithmetic', async () => {
    expect(await price([CALL])).toEqual([
      {
        id: 'call-1',
        amount: '0.093400',
        currency: 'USD',
        billedSeconds: 532,
        segments: null,
        prefix: '1203',
        from: 'standard',
        steps: [
          'call of 531.2 s billed as 532 s',
          'setup fee 0.050000',
          '532 s billed at 0.004900 per 60 s ≈ 0.043446666666',
          'total ≈ 0.093446666666',
          'rounded half_even to 4 places: 0.093400',
        ],
      },
    ])
  })

  test('takes the own rates of the account that the line names', async () => {
    const answers = await price([CALL, { ...CALL, account: 'acct_own' }])
    expect(answers).toMatchObject([
      { from: 'standard', prefix: '1203' },
      { from: 'account', prefix: '', amount: '0.018000' },
    ])
  })

  test('counts the segments of a text that comes with its words', async () => {
    const answers = await price([
      { ...TEXT, segments: 2 },
      { ...TEXT, text: 'é'.repeat(161) },
      { ...TEXT, text: '' },
      { ...TEXT, text: 'one', segments: null },
    ])
    expect(answers.map(({ segments, amount, billedSeconds }) => [segments, amount, billedSeconds])).toEqual([
      [2, '0.015800', null],
      [2, '0.015800', null],
      [1, '0.007900', null],
      [1, '0.007900', null],
    ])
  })

  test('prices a renewal and an unanswered call', async () => {
    const renewal = { ...TEXT, id: 'number-1', item: 'phone_number', kind: 'renewal' }
    const answers = await price([renewal, { ...CALL, durationMs: 0 }])
    expect(answers).toMatchObject([
      { id: 'number-1', amount: '1.150000', billedSeconds: null, segments: null },
      {
        amount: '0.000000',
        billedSeconds: 0,
        prefix: null,
        from: null,
        steps: ['unanswered call: 0.000000'],
      },
    ])
  })

  test('prices a call to an emergency number at nothing', async () => {
    expect(await price([{ ...CALL, to: '911' }])).toMatchObject([
      { amount: '0.000000', billedSeconds: 0, prefix: null, steps: ['emergency number: 0.000000'] },
    ])
  })

  test('answers each line in its place, also the ones it refuses', async () => {
    const answers = await price([
      `\ufeff${JSON.stringify(CALL)}\r`,
      '',
      '{"id":',
      '[]',
      { ...CALL, id: 'no spaces' },
      { ...CALL, id: 'call-6', to: 'nobody' },
      { ...CALL, id: 'call-7', to: '+442071838750' },
      { ...CALL, id: 'call-8', to: '+19002220100' },
      { ...TEXT, text: 'a', segments: 1 },
      { ...TEXT, text: 7 },
      { ...CALL, text: 'calls have no text' },
      { ...CALL, id: 'last' },
    ])
    expect(answers.map(({ id, error }) => [id, error?.code, error?.message.split(':')[0]])).toEqual([
      ['call-1', undefined, undefined],
      [null, 'invalid_record', 'line 2'],
      [null, 'invalid_record', 'line 3'],
      [null, 'invalid_record', 'line 4'],
      [null, 'invalid_record', 'line 5'],
      ['call-6', 'invalid_record', 'line 6'],
      ['call-7', 'no_rate', 'line 7'],
      ['call-8', 'destination_blocked', 'line 8'],
      ['text-1', 'invalid_record', 'line 9'],
      ['text-1', 'invalid_record', 'line 10'],
      ['call-1', undefined, undefined],
      ['last', undefined, undefined],
    ])
  })

  test('refuses a line that is too long or not UTF-8 and goes on', async () => {
    const input = Buffer.concat([
      Buffer.from(`${' '.repeat(1_048_577)}\n`),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(`${JSON.stringify(CALL)}\n`),
    ])
    expect(await priceBytes(input)).toMatchObject([
      { id: null, error: { code: 'invalid_record', message: 'line 1: longer than 1048576 bytes' } },
      { id: null, error: { code: 'invalid_record', message: 'line 2: not valid UTF-8' } },
      { id: 'call-1', amount: '0.093400' },
    ])
  })
})
