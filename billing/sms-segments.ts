/** GSM 03.38 (3GPP TS 23.038), the default alphabet without its escape code: one septet a character. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)

/** The extension table: an escape and a code, two septets that stay together. */
const EXTENSION = new Set('\f^{}\\[~]|€')

/** Units a message holds alone, and a part of several, whose header takes the rest. */
const GSM_SEPTETS = { alone: 160, part: 153 }
const UCS2_UNITS = { alone: 70, part: 67 }

/** Counts the segments a text is sent in: GSM 03.38 when it has every character, UCS-2 otherwise. An empty text is one
 *  segment. No escape sequence or surrogate pair is split. National shift tables are not used. */
export function countSmsSegments(text: string): number {
  const characters = [...text]
  const septets = characters.map((character) => (BASIC.has(character) ? 1 : EXTENSION.has(character) ? 2 : 0))
  if (septets.every((count) => count > 0)) return countParts(septets, GSM_SEPTETS)
  return countParts(
    characters.map((character) => character.length),
    UCS2_UNITS,
  )
}

/** Packs characters of the given sizes, in order, each whole into one part. */
function countParts(sizes: readonly number[], limit: { alone: number; part: number }): number {
  if (sizes.reduce((sum, size) => sum + size, 0) <= limit.alone) return 1
  let parts = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > limit.part) {
      parts += 1
      used = 0
    }
    used += size
  }
  return parts
}
