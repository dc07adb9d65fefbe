import { expect, test } from 'vitest'
import { micros } from '../../billing/money.ts'
import { spentNow } from '../../billing/spending.ts'

const SPENT = { spendHour: new Date('2026-03-02T12:00:00Z'), hourSpent: micros(3n), daySpent: micros(7n) }

test.each([
  ['2026-03-02T12:00:00Z', 3n, 7n],
  ['2026-03-02T12:59:59.999Z', 3n, 7n],
  ['2026-03-02T13:00:00Z', 0n, 7n],
  ['2026-03-02T23:59:59.999Z', 0n, 7n],
  ['2026-03-03T00:00:00Z', 0n, 0n],
  // A clock that went back: what was spent counts on.
  ['2026-03-02T11:59:59Z', 3n, 7n],
])(
  'at %s the spending of 12 o’clock counts as %s in the hour and %s in the day',
  (now, hourSpent, daySpent) => {
    expect(spentNow(SPENT, new Date(now))).toEqual({ hourSpent, daySpent })
  },
)

test('nothing was spent where nothing was ever charged', () => {
  const never = { ...SPENT, spendHour: null }
  expect(spentNow(never, new Date('2026-03-02T12:00:00Z'))).toEqual({ hourSpent: 0n, daySpent: 0n })
})
