import { describe, expect, test } from 'vitest'
import { formatPicos, parsePicos, picos } from '../../billing/picos.ts'

describe('a price', () => {
  test.each([
    ['0', 0n],
    ['0.0049', 4_900_000_000n],
    ['0.000000000001', 1n],
    ['9223372.036854775807', 9_223_372_036_854_775_807n],
    ['0009.5', 9_500_000_000_000n],
  ])('%s is exact', (text, count) => {
    expect(parsePicos(text)).toBe(count)
  })

  test.each([
    '',
    '-1',
    '+1',
    '.5',
    '5.',
    '1e-3',
    '1,5',
    ' 1',
    '1 ',
    '0x1',
    '0.0000000000001',
    '9223372.036854775808',
    'NaN',
  ])('%j is refused', (text) => {
    expect(parsePicos(text)).toBeNull()
  })

  test('from the database it lies between zero and the largest', () => {
    expect(picos(5n)).toBe(5n)
    expect(() => picos(-1n)).toThrow(RangeError)
    expect(() => picos(9_223_372_036_854_775_808n)).toThrow(RangeError)
  })

  test.each([
    [0n, '0.000000'],
    [50_000_000_000n, '0.050000'],
    [12_500_000n, '0.0000125'],
    [1n, '0.000000000001'],
    [12_000_000_000_000n, '12.000000'],
  ])('%s picos are shown as %s: six places, more where they count', (count, text) => {
    expect(formatPicos(count)).toBe(text)
  })
})
