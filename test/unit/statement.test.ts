import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatUsd, type Micros, micros, parseUsd, sumMicros } from '../../billing/money.ts'
import { addEntry, finishStatement, type Statement, startStatement } from '../../billing/statement.ts'
import type { HashedEntry } from '../../billing/statement-hash.ts'
import { statementMonth } from '../../billing/statement-month.ts'

const MARCH = statementMonth('America/New_York', new Date('2026-03-10T12:00:00Z'))
const OPENING = parseUsd('12.5')

function statementOf(entries: readonly HashedEntry[], openingBalance: Micros = OPENING): Statement {
  const open = startStatement({ account: 'acme', month: MARCH, openingBalance, seqBefore: 41n })
  for (const entry of entries) addEntry(open, entry)
  return finishStatement(open)
}

const ITEMS = ['phone_call', 'phone_number', 'funds_added', 'outgoing_text'] as const

/** Entries that continue each other, from what each moves. */
function entriesOf(moves: readonly { readonly item: string; readonly amount: Micros }[]): HashedEntry[] {
  let balance = OPENING
  return moves.map(({ item, amount }, n) => {
    balance = micros(balance + amount)
    const at = new Date(MARCH.from.getTime() + n * 1234)
    const seq = 42n + BigInt(n)
    return {
      seq,
      item,
      amount,
      balanceAfter: balance,
      occurredAt: at,
      postedAt: at,
      source: `adjustment/${seq}`,
    }
  })
}

const moves = fc.array(
  fc.record({
    item: fc.constantFrom(...ITEMS),
    amount: fc.bigInt(-90_000_000n, 90_000_000n).map((amount) => micros(amount === 0n ? 1n : amount)),
  }),
  { maxLength: 40 },
)

const THREE = entriesOf([
  { item: 'phone_number', amount: parseUsd('-1.15') },
  { item: 'funds_added', amount: parseUsd('100') },
  { item: 'phone_number', amount: parseUsd('-1.15') },
])

test('a statement sums its entries by item between the opening and the closing balance', () => {
  expect(statementOf(THREE)).toMatchObject({
    account: 'acme',
    month: MARCH,
    openingBalance: parseUsd('12.5'),
    closingBalance: parseUsd('110.2'),
    totals: [
      { item: 'funds_added', count: 1, amount: parseUsd('100') },
      { item: 'phone_number', count: 2, amount: parseUsd('-2.3') },
    ],
    count: 3,
    firstSeq: 42n,
    lastSeq: 44n,
  })
})

test('a month without entries closes as it opened', () => {
  expect(statementOf([])).toMatchObject({
    closingBalance: OPENING,
    totals: [],
    count: 0,
    firstSeq: null,
    lastSeq: null,
  })
})

test('the totals always lead from the opening to the closing balance', () => {
  fc.assert(
    fc.property(moves, (moved) => {
      const { openingBalance, closingBalance, totals, count } = statementOf(entriesOf(moved))
      expect(openingBalance + sumMicros(totals.map(({ amount }) => amount))).toBe(closingBalance)
      expect(count).toBe(moved.length)
    }),
  )
})

describe('the hash', () => {
  test('is what the documented chain gives, from the texts of the export alone', () => {
    const link = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
    const opening = link('ringledger statement v1,acme,2026-03,America/New_York,12.500000')
    const chain = THREE.reduce((hash, entry) => {
      const money = [formatUsd(entry.amount), formatUsd(entry.balanceAfter)]
      const times = [entry.occurredAt.toISOString(), entry.postedAt.toISOString()]
      return link([hash, String(entry.seq), entry.item, ...money, ...times, entry.source].join(','))
    }, opening)
    expect(statementOf(THREE).hash).toBe(chain)
    expect(statementOf([]).hash).toBe(opening)
  })

  test('stays what it is for statements that were already sent', () => {
    expect(statementOf(THREE).hash).toMatchInlineSnapshot(
      `"ed9b5ac6888e17e6bdaa77f9abffb6b156d4f6bfc5d37e5054f124ff0c750a5f"`,
    )
  })

  test('differs when any field of any entry differs', () => {
    const changes: ((entry: HashedEntry) => HashedEntry)[] = [
      (entry) => ({ ...entry, item: 'adjustment' }),
      (entry) => ({ ...entry, occurredAt: new Date(entry.occurredAt.getTime() + 1) }),
      (entry) => ({ ...entry, postedAt: new Date(entry.postedAt.getTime() + 1) }),
      (entry) => ({ ...entry, source: `${entry.source}0` }),
    ]
    const hashes = changes.flatMap((change) =>
      THREE.map((_, n) => statementOf(THREE.map((entry, m) => (m === n ? change(entry) : entry))).hash),
    )
    expect(new Set([...hashes, statementOf(THREE).hash]).size).toBe(13)
  })

  test('differs when money is moved from one entry to another', () => {
    const [one, two] = [
      [-1n, -2n],
      [-2n, -1n],
    ].map((amounts) =>
      statementOf(entriesOf(amounts.map((amount) => ({ item: 'phone_call', amount: micros(amount) })))),
    )
    expect(one?.closingBalance).toBe(two?.closingBalance)
    expect(one?.hash).not.toBe(two?.hash)
  })
})

describe('an entry is refused', () => {
  const [first, second, third] = THREE as [HashedEntry, HashedEntry, HashedEntry]

  test.each([
    [
      'that leaves out one before it',
      [first, third],
      'entry 44 of account acme: the entry after 42 is missing',
    ],
    ['that comes twice', [first, first], 'entry 42 of account acme: the entry after 42 is missing'],
    [
      'whose balance does not follow',
      [first, { ...second, balanceAfter: micros(second.balanceAfter + 1n) }],
      'entry 43 of account acme: its balance is not the one before plus its amount',
    ],
    [
      'of another month',
      [first, { ...second, postedAt: MARCH.to }],
      'entry 43 of account acme: posted at 2026-04-01T04:00:00.000Z, which is not in 2026-03 of America/New_York',
    ],
  ])('%s', (_, entries, message) => {
    expect(() => statementOf(entries)).toThrow(message)
  })
})
