import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findJsonFault } from '../../web/json-fault.ts'

describe('a text that is not JSON has its fault', () => {
  test.each([
    ['', 1, 1, 'a value was expected'],
    ['  ', 1, 3, 'a value was expected'],
    ['nope', 1, 1, 'a value was expected'],
    ['01', 1, 1, 'a value was expected'],
    ['{"v": 1', 1, 8, 'a comma or } was expected'],
    ['[1 2]', 1, 4, 'a comma or ] was expected'],
    ['[1,]', 1, 4, 'a value was expected'],
    ['{"v": 1,}', 1, 9, 'a name in double quotes was expected'],
    ["{'v': 1}", 1, 2, 'a name in double quotes was expected'],
    ['{"v" 1}', 1, 6, 'a colon was expected'],
    ['{\n  "v": 1,\n  "records": [truth]\n}', 3, 15, 'a value was expected'],
    ['["a\nb"]', 1, 4, 'the string is not ended, or holds what must be escaped'],
    ['["\\x"]', 1, 3, 'the string is not ended, or holds what must be escaped'],
    ['["a', 1, 4, 'the string is not ended, or holds what must be escaped'],
    ['{"v": 1}\n}', 2, 1, 'the end was expected'],
  ])('%j at line %i, column %i: %s', (text, line, column, rule) => {
    expect(findJsonFault(text)).toEqual({ line, column, rule })
  })
})

test('a text has a fault exactly when JSON.parse refuses it', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '\\',
    '1',
    '-',
    '.5',
    'e2',
    'null',
    ' ',
    '\n',
  )
  const texts = fc.oneof(
    fc.json(),
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.tuple(fc.json(), fc.nat(), pieces).map(([json, at, piece]) => {
      const place = at % (json.length + 1)
      return json.slice(0, place) + piece + json.slice(place + 1)
    }),
  )
  fc.assert(
    fc.property(texts, (text) => {
      expect(findJsonFault(text) === null).toBe(isJson(text))
    }),
    { numRuns: 3_000 },
  )
})

test('no nesting is too deep and no string too long', () => {
  expect(findJsonFault('['.repeat(1_000_000))).toMatchObject({ column: 1_000_001 })
  expect(findJsonFault(`["${'\\n€'.repeat(1_000_000)}`)).toMatchObject({ column: 3_000_003 })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
