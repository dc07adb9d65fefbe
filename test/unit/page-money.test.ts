import { describe, expect, it } from 'vitest'
import { formatMoney, moneyForField, moneyParts } from '../../web/page/money/format-money.ts'
import { typedAmount } from '../../web/page/money/typed-amount.ts'
import { checkAmount } from '../../web/page/pay-now/amount-rule.ts'

describe('money on the page', () => {
  it.each([
    ['0.000000', '$0.00'],
    ['12.340000', '$12.34'],
    ['12.300000', '$12.30'],
    ['0.012400', '$0.0124'],
    ['-0.000001', '\u2212$0.000001'],
    ['-1250.500000', '\u2212$1,250.50'],
    ['9223372036854.775807', '$9,223,372,036,854.775807'],
  ])('%s is shown as %s: exact, with cents always', (amount, shown) => {
    expect(formatMoney(amount)).toBe(shown)
  })

  it('tells what is beyond the cents apart', () => {
    expect(moneyParts('-39.938400')).toEqual({ sign: '\u2212', cents: '39.93', beyond: '84' })
  })

  it.each([
    ['60.000000', '60.00'],
    ['12.500000', '12.50'],
    ['0.012000', '0.012'],
  ])('%s stands in a field as %s', (amount, shown) => {
    expect(moneyForField(amount)).toBe(shown)
  })
})

describe('a typed amount', () => {
  it.each([
    ['50', '50.00'],
    [' $1,250.5 ', '1250.50'],
    ['0.07', '0.07'],
    ['7.', '7.00'],
  ])('"%s" means %s', (typed, amount) => {
    expect(typedAmount(typed)).toBe(amount)
  })

  it.each(['', 'ten', '-5', '1.005', '1e3', '0x10', '.5', '99999999999999'])('"%s" is none', (typed) => {
    expect(typedAmount(typed)).toBeNull()
  })

  it.each([
    ['10', { amount: '10.00' }],
    ['5000', { amount: '5000.00' }],
    ['9.99', { fault: 'The smallest payment is $10.' }],
    ['5000.01', { fault: 'The largest payment is $5,000.' }],
    ['x', { fault: 'Type an amount such as 50 or 50.25.' }],
  ])('"%s" to pay is checked', (typed, checked) => {
    expect(checkAmount(typed)).toEqual(checked)
  })
})
