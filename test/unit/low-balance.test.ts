import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOW_BALANCE_LEVELS, lowBalanceNotice } from '../../billing/low-balance.ts'
import { type Micros, micros } from '../../billing/money.ts'

const [TEN, FIVE, ZERO] = [10_000_000n, 5_000_000n, 0n]

test.each<[bigint, bigint | null, bigint | null, bigint | null, string]>([
  [10_000_001n, null, null, null, 'above all levels nobody is told'],
  [10_000_000n, null, TEN, TEN, 'reaching a level tells it'],
  [9_000_000n, TEN, null, TEN, 'below a level that was told, nobody is told again'],
  [5_000_000n, TEN, FIVE, FIVE, 'the next level is told in its turn'],
  [0n, FIVE, ZERO, ZERO, 'at zero the service stops, and that is told'],
  [-3_000_000n, ZERO, null, ZERO, 'further below zero nobody is told again'],
  [-1n, null, ZERO, ZERO, 'a fall through all levels tells the lowest alone'],
  [7_000_000n, ZERO, null, TEN, 'a rise between the levels tells nobody'],
  [60_000_000n, ZERO, null, null, 'a rise above all levels makes each tell again'],
])('%s micros, %s told before: tells %s, keeps %s: %s', (balance, told, level, kept) => {
  const notice = lowBalanceNotice({
    balance: micros(balance),
    lowestNotified: told === null ? null : micros(told),
  })
  expect(notice).toEqual({ level, lowestNotified: kept })
})

test('a level is told once per crossing, and every crossing is told', () => {
  const balances = fc.array(fc.bigInt({ min: -5n, max: 15n }), { maxLength: 60 })
  fc.assert(
    fc.property(balances, (dollars) => {
      let lowestNotified: Micros | null = null
      let before = micros(100_000_000n)
      for (const dollar of dollars) {
        const balance = micros(dollar * 1_000_000n)
        const notice = lowBalanceNotice({ balance, lowestNotified })
        const crossed = LOW_BALANCE_LEVELS.filter((level) => before > level && balance <= level)
        expect(notice.level).toBe(crossed.at(-1) ?? null)
        lowestNotified = notice.lowestNotified
        before = balance
      }
    }),
  )
})
