import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvLine } from '../../web/csv-line.ts'

describe('a cell of text that a spreadsheet would run gets an apostrophe', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+12025550123', "'+12025550123"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['\n=1', '"\'\n=1"'],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ])('%j is written as %s', (text, written) => {
    expect(csvLine([text])).toBe(`${written}\r\n`)
  })
})

test('a number keeps its minus sign, and what is absent is empty', () => {
  expect(csvLine([{ number: '-0.630000' }, null, 'a, b', 'say "hi"'])).toBe(
    '-0.630000,,"a, b","say ""hi"""\r\n',
  )
})

test('any text comes back from a CSV reader as it was, or with an apostrophe before what starts a formula', () => {
  const cells = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 2, maxLength: 5 })
  fc.assert(
    fc.property(cells, (texts) => {
      const expected = texts.map((text) => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text))
      expect(parse(csvLine(texts), { record_delimiter: '\r\n' })).toEqual([expected])
    }),
  )
})
