import { describe, expect, it } from 'vitest'
import type { Line } from '../../billing/line-splitter.ts'
import { JsonSplitter } from '../../scripts/import/json-splitter.ts'

function split(text: string, maxBytes = 100): Line[] {
  const splitter = new JsonSplitter({ maxBytes })
  return [...splitter.push(Buffer.from(text)), ...splitter.end()]
}

describe('JsonSplitter', () => {
  it.each([
    ['one object', '{"a":1}', [[1, '{"a":1}']]],
    ['nothing', ' \n\n', []],
    [
      'one a line',
      '{"a":1}\n\n{"b":2}\r\n',
      [
        [1, '{"a":1}'],
        [3, '{"b":2}'],
      ],
    ],
    [
      'one after the other',
      '{"a":1}{"b":2}',
      [
        [1, '{"a":1}'],
        [1, '{"b":2}'],
      ],
    ],
    [
      'an array',
      '[{"a":[1,{}]},\n {"b":2}]\n',
      [
        [1, '{"a":[1,{}]}'],
        [2, '{"b":2}'],
      ],
    ],
    ['an empty array', '[]', []],
    ['a byte order mark', '\uFEFF{"a":1}', [[1, '{"a":1}']]],
    [
      'braces and escapes inside text',
      '{"a":"}\\"{\\\\"} {"b":"]"}',
      [
        [1, '{"a":"}\\"{\\\\"}'],
        [1, '{"b":"]"}'],
      ],
    ],
    [
      'a pretty-printed object',
      '{\n  "a": {\n    "b": 1\n  }\n}\n',
      [[1, '{\n  "a": {\n    "b": 1\n  }\n}']],
    ],
  ])('finds the objects of %s', (_, text, expected) => {
    expect(split(text)).toEqual(expected.map(([number, object]) => ({ number, text: object })))
  })

  it.each([
    ['is torn off', '{"a":1\n{"b":2}', '{"a":1\n'],
    ['has text that is not closed', '{"a":"x}\n{"b":2}', '{"a":"x}\n'],
    ['is no object', 'hello, world\n{"b":2}', 'hello, world\n'],
  ])('goes on at the next line after one that %s', (_, text, broken) => {
    expect(split(text)).toEqual([
      { number: 1, text: broken },
      { number: 2, text: '{"b":2}' },
    ])
  })

  it('names an array that is not closed', () => {
    expect(split('[{"a":1},\n')).toEqual([
      { number: 1, text: '{"a":1}' },
      { number: 2, fault: 'the array that begins on line 1 is not closed: the file is cut off' },
    ])
  })

  it('refuses an object that is too long, holding no more of it than allowed, and goes on at the next line', () => {
    const splitter = new JsonSplitter({ maxBytes: 20 })
    const chunks = ['{"a":"0123456789', '0123456789', '0123456789"}\n{"b":2}\n']
    const lines = chunks.map((chunk) => splitter.push(Buffer.from(chunk)))
    expect(lines).toEqual([
      [],
      [{ number: 1, fault: 'longer than 20 bytes' }],
      [{ number: 2, text: '{"b":2}' }],
    ])
  })

  it('refuses an object that is not UTF-8', () => {
    const splitter = new JsonSplitter({ maxBytes: 20 })
    expect(splitter.push(Buffer.from('{"a":"\xe9"}', 'latin1'))).toEqual([
      { number: 1, fault: 'not valid UTF-8' },
    ])
  })
})
