import { describe, expect, it } from 'vitest'
import { isCountry, readNumber } from '../../billing/cdr/phone-number.ts'

describe('readNumber', () => {
  it.each([
    ['an E.164 number', '+12035550123', undefined, '+12035550123'],
    ['an E.164 number of a range that no list knows yet', '+2990000000', undefined, '+2990000000'],
    ['a SIP URI', 'sip:+12035550123@pbx.example.com;user=phone', undefined, '+12035550123'],
    ['punctuation', '+1 (203) 555-0123', undefined, '+12035550123'],
    ['ten digits in the USA', '2035550123', 'US', '+12035550123'],
    ['the national prefix of the USA', '12035550123', 'US', '+12035550123'],
    ['the international prefix of the USA', '011442079460000', 'US', '+442079460000'],
    ['the national prefix of Russia', '89245550101', 'RU', '+79245550101'],
    ['the international prefix of Russia', '81079245550101', 'RU', '+79245550101'],
    ['a trunk zero', '02079460000', 'GB', '+442079460000'],
    ['eight digits where numbers have eight', '22334455', 'NO', '+4722334455'],
  ] as const)('reads %s as E.164', (_, raw, country, text) => {
    expect(readNumber(raw, country)).toEqual({ form: 'e164', text })
  })

  it.each([
    ['an extension', '101', 'US'],
    ['an extension in a country of short numbers', '211553', 'DE'],
    ['a local number without its area code', '211553', 'RU'],
    ['seven digits dialled at home', '5550123', 'US'],
    ['an emergency number', '911', 'US'],
  ] as const)('leaves %s short', (_, text, country) => {
    expect(readNumber(text, country)).toEqual({ form: 'short', text })
  })

  it.each(['s', 'ch1', '*97', 'alice', '1-800-FLOWERS', '0'])('takes %j for a name', (text) => {
    expect(readNumber(text, 'US')).toEqual({ form: 'name', text })
  })

  it.each(['', ' ', 'anonymous', 'Restricted', 'anonymous@anonymous.invalid'])(
    'takes %j for withheld',
    (text) => {
      expect(readNumber(text, 'US')).toEqual({ form: 'withheld' })
    },
  )

  it.each([
    ['a national number without a country', '2035550123', undefined, 'no country was given'],
    ['too many digits for the country', '912035550123', 'US', 'not a number that can be dialled in US'],
    ['a country code of zero', '+0123456789', undefined, 'not an E.164 number'],
    ['sixteen digits', '+1234567890123456', undefined, 'not an E.164 number'],
  ] as const)('says what is wrong with %s', (_, raw, country, problem) => {
    expect(readNumber(raw, country)).toMatchObject({
      form: 'unreadable',
      problem: expect.stringContaining(problem),
    })
  })
})

it('knows countries by their ISO letters', () => {
  expect(['US', 'RU', 'XX', 'us', ''].filter(isCountry)).toEqual(['US', 'RU'])
})
