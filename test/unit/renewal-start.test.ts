import { expect, test } from 'vitest'
import { micros, parseUsd } from '../../billing/money.ts'
import { decidePurchase, decideRestore, restoreOrder } from '../../billing/renewal-start.ts'

const PRICE = parseUsd('1.15')
const ANCHOR = { at: new Date('2026-01-31T12:00:00Z'), timeZone: 'UTC' }

test.each([
  [{}, 'buy'],
  [{ available: micros(1_149_999n) }, 'insufficient_credit'],
  [{ available: micros(1_150_000n) }, 'buy'],
  [{ price: null }, 'no_rate'],
  [{ accountClosed: true }, 'account_closed'],
  [{ price: micros(0n) }, 'buy'],
  [{ price: micros(0n), available: micros(0n) }, 'insufficient_credit'],
])('a purchase with %o is decided: %s', (change, outcome) => {
  const decision = decidePurchase({
    price: PRICE,
    available: parseUsd('10'),
    accountClosed: false,
    ...change,
  })
  expect(decision.do === 'buy' ? decision.do : decision.code).toBe(outcome)
})

function restore(change: Partial<Parameters<typeof decideRestore>[0]> = {}) {
  return decideRestore({
    state: 'released',
    stateSince: new Date('2026-03-25T09:00:00Z'),
    anchor: ANCHOR,
    lastChargedIndex: 1,
    price: PRICE,
    available: parseUsd('10'),
    accountClosed: false,
    now: new Date('2026-03-31T11:59:59Z'),
    ...change,
  })
}

test('a number that is restored in the period it was paid for costs nothing', () => {
  expect(restore()).toEqual({ do: 'restore', charge: null })
  expect(restore({ price: null, available: micros(-1n) })).toEqual({ do: 'restore', charge: null })
})

test('a number that is restored later pays the period in which it comes back, and keeps its day', () => {
  const startsAt = new Date('2026-03-31T12:00:00Z')
  expect(restore({ now: startsAt })).toEqual({
    do: 'restore',
    charge: { period: { index: 2, startsAt, key: '2026-03-31' }, amount: PRICE },
  })
})

test.each([
  [{ state: 'active' as const }, 'number_not_released'],
  [{ state: 'ported_out' as const }, 'number_not_released'],
  [{ accountClosed: true }, 'account_closed'],
  [{ now: new Date('2026-04-04T09:00:00.001Z') }, 'restore_too_late'],
  [{ now: new Date('2026-04-04T09:00:00Z'), available: parseUsd('1') }, 'insufficient_credit'],
  [{ now: new Date('2026-04-04T09:00:00Z'), price: null }, 'no_rate'],
])('a restore with %o is refused: %s', (change, code) => {
  expect(restore(change)).toMatchObject({ do: 'refuse', code })
})

test('numbers come back in the order in which they were bought', () => {
  const number = (digits: string, at: string) => ({
    number: digits,
    anchor: { at: new Date(at), timeZone: 'UTC' },
  })
  const numbers = [
    number('+15550003', '2026-01-02'),
    number('+15550002', '2026-01-02'),
    number('+15550009', '2025-12-31'),
    number('+15550001', '2026-01-03'),
  ]
  const order = ['+15550009', '+15550002', '+15550003', '+15550001']
  expect(restoreOrder(numbers).map(({ number }) => number)).toEqual(order)
  expect(restoreOrder(numbers.toReversed()).map(({ number }) => number)).toEqual(order)
})
