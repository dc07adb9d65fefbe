import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countSmsSegments } from '../../billing/sms-segments.ts'

const GSM_BASIC = ['a', 'Z', '0', ' ', '@', '£', '\n', '\r', 'Δ', 'Ç', 'ß', '¿', 'à', '§', '¤']
const GSM_EXTENSION = ['\f', '^', '{', '}', '\\', '[', '~', ']', '|', '€']
const OTHER = ['Á', 'ç', '`', '\t', 'Ж', '中', '\u0301', '’']
const OUTSIDE_BMP = ['😜', '🌈', '𝒜']

describe('the segments of a text', () => {
  test.each([
    ['nothing', '', 1],
    ['160 GSM characters', 'a'.repeat(160), 1],
    ['161 GSM characters', 'a'.repeat(161), 2],
    ['306 GSM characters', 'a'.repeat(306), 2],
    ['307 GSM characters', 'a'.repeat(307), 3],
    ['an extension character and 158 others', `€${'1'.repeat(158)}`, 1],
    ['an extension character and 159 others', `€${'1'.repeat(159)}`, 2],
    ['80 extension characters', '^'.repeat(80), 1],
    [
      '152 characters and then extension characters, whose escape would be cut',
      `${'a'.repeat(152)}${'{'.repeat(77)}`,
      3,
    ],
    ['70 characters that look Latin and are not in GSM 03.38', 'í'.repeat(70), 1],
    ['71 characters that look Latin and are not in GSM 03.38', 'Ó'.repeat(71), 2],
    ['a small c with cedilla, for GSM 03.38 has only the capital', `ç${'a'.repeat(70)}`, 2],
    ['134 UCS-2 units', 'Ж'.repeat(134), 2],
    ['135 UCS-2 units', 'Ж'.repeat(135), 3],
    ['an emoji and 68 digits', `😜${'2'.repeat(68)}`, 1],
    ['an emoji and 69 digits', `😜${'2'.repeat(69)}`, 2],
    ['a flag of six units and 64 digits', `\u{1f3f3}\ufe0f\u200d\u{1f308}${'1'.repeat(64)}`, 1],
    ['combining accents, each a unit', `e\u0301\u0301\u0301${'a'.repeat(67)}`, 2],
    ['66 units and then emojis, whose pair would be cut', `${'Ж'.repeat(66)}${'😜'.repeat(34)}`, 3],
    ['half a surrogate pair', '\ud83d', 1],
  ])('%s', (_, text, segments) => {
    expect(countSmsSegments(text)).toBe(segments)
  })

  test.each([...GSM_BASIC, ...GSM_EXTENSION])('%j is in GSM 03.38', (character) => {
    expect(countSmsSegments(character + 'a'.repeat(100))).toBe(1)
  })

  test.each([...OTHER, ...OUTSIDE_BMP])('%j is not in GSM 03.38', (character) => {
    expect(countSmsSegments(character + 'a'.repeat(100))).toBe(2)
  })

  test('they are as many as cutting the encoded units gives, moving a cut off an escape or a pair', () => {
    const gsm = fc.array(fc.constantFrom(...GSM_BASIC, ...GSM_EXTENSION), { maxLength: 700 })
    const any = fc.array(fc.constantFrom(...GSM_EXTENSION, ...OTHER, ...OUTSIDE_BMP), { maxLength: 300 })
    fc.assert(
      fc.property(fc.oneof(gsm, any), (characters) => {
        const text = characters.join('')
        expect(countSmsSegments(text)).toBe(cutUnits(text))
      }),
    )
  })
})

/** Encodes first and cuts then: the other way round than the code does it. */
function cutUnits(text: string): number {
  const inGsm = [...text].every(
    (character) => GSM_BASIC.includes(character) || GSM_EXTENSION.includes(character),
  )
  const units = inGsm ? text.replace(/[\f^{}\\[~\]|€]/g, '\x1b.') : text
  const [alone, part] = inGsm ? [160, 153] : [70, 67]
  if (units.length <= alone) return 1
  let segments = 0
  for (let start = 0; start < units.length; segments++) {
    const last = units.charAt(start + part - 1)
    const cutsPair = start + part < units.length && (inGsm ? last === '\x1b' : /[\ud800-\udbff]/.test(last))
    start += cutsPair ? part - 1 : part
  }
  return segments
}
