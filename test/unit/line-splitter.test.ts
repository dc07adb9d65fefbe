import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Line, LineSplitter } from '../../billing/line-splitter.ts'

function split(chunks: Uint8Array[], maxBytes = 100): Line[] {
  const splitter = new LineSplitter({ maxBytes })
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()]
}

describe('lines of a file', () => {
  test('LF and CRLF end a line, a byte order mark is dropped, blank lines count', () => {
    const lines = split([Buffer.from('\ufeffa\r\n\n\r\nb\n')])
    expect(lines).toEqual([
      { number: 1, text: 'a' },
      { number: 2, text: '' },
      { number: 3, text: '' },
      { number: 4, text: 'b' },
    ])
  })

  test('the last line needs no line end', () => {
    expect(split([Buffer.from('a\nb')])).toEqual([
      { number: 1, text: 'a' },
      { number: 2, text: 'b' },
    ])
    expect(split([Buffer.from('')])).toEqual([])
  })

  test('a line of other bytes than UTF-8 is a fault in its place', () => {
    expect(split([Buffer.from('a\n'), Buffer.from([0x62, 0xff, 0x0a]), Buffer.from('c\n')])).toEqual([
      { number: 1, text: 'a' },
      { number: 2, fault: 'not valid UTF-8' },
      { number: 3, text: 'c' },
    ])
  })

  test('a line may have as many bytes as allowed and not one more', () => {
    expect(split([Buffer.from('123'), Buffer.from('45\n123456\n7')], 5)).toEqual([
      { number: 1, text: '12345' },
      { number: 2, fault: 'longer than 5 bytes' },
      { number: 3, text: '7' },
    ])
  })

  test('they are the same however the bytes are cut into chunks', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', 'é', '😜', '\ufffd'), maxLength: 60 })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (content, size) => {
        const bytes = Buffer.from(content)
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        )
        expect(split(chunks)).toEqual(split([bytes]))
      }),
    )
  })
})
