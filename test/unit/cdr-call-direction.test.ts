import { describe, expect, it } from 'vitest'
import { callDirection } from '../../billing/cdr/call-direction.ts'
import { readNumber } from '../../billing/cdr/phone-number.ts'

const OUTSIDE = '+14155550101'
const OWN = '+12035550100'

describe('callDirection', () => {
  it.each([
    ['an extension calls out', '101', OUTSIDE, undefined, 'outbound'],
    ['a SIP user calls out', 'alice', OUTSIDE, undefined, 'outbound'],
    ['an extension calls a service number', '101', '911', undefined, 'outbound'],
    ['an outside number calls an extension', OUTSIDE, '101', undefined, 'inbound'],
    ['an outside number calls an entry of the dial plan', OUTSIDE, 's', undefined, 'inbound'],
    ['a withheld number calls an extension', '', '101', undefined, 'inbound'],
    ['an outside number calls a local one', OUTSIDE, '211553', undefined, 'inbound'],
    ['a local number calls an outside one', '211553', OUTSIDE, undefined, 'outbound'],
    ['both are outside numbers and the row shows outbound', OWN, OUTSIDE, 'outbound', 'outbound'],
    ['both are outside numbers and the row shows inbound', OUTSIDE, OWN, 'inbound', 'inbound'],
    ['both are outside numbers and the row shows nothing', OUTSIDE, OWN, undefined, undefined],
    [
      'what the row shows comes before which number looks more outside',
      OWN,
      '5550123',
      'outbound',
      'outbound',
    ],
    ['what the row shows comes after an extension', '101', OUTSIDE, 'inbound', 'outbound'],
    ['an extension calls an extension', '101', '102', undefined, 'internal'],
    ['an extension calls voice mail', '101', '*97', 'outbound', 'internal'],
  ] as const)('%s', (_, from, to, shown, direction) => {
    const numbers = { from: readNumber(from, 'US'), to: readNumber(to, 'US') }
    expect(callDirection(numbers, shown)).toBe(direction)
  })
})
