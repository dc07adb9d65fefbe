/** Seven digits or more, with whatever people write between them: what could be a phone number. */
const NUMBER = /\+?\d(?:[ ().-]{0,2}\d){6,}/g
/** Ids and instants hold long runs of digits too. */
const KEPT = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+/gi
const SHOWN_DIGITS = 4

/** A text without whole phone numbers: the first digits stay, which say where it was to. */
export function maskNumbers(text: string): string {
  let masked = ''
  let done = 0
  for (const { 0: kept, index } of text.matchAll(KEPT)) {
    masked += maskAll(text.slice(done, index)) + kept
    done = index + kept.length
  }
  return masked + maskAll(text.slice(done))
}

function maskAll(text: string): string {
  return text.replace(NUMBER, (number) => {
    const plus = number.startsWith('+') ? '+' : ''
    const digits = number.replace(/\D/g, '')
    return `${plus}${digits.slice(0, SHOWN_DIGITS)}${'•'.repeat(digits.length - SHOWN_DIGITS)}`
  })
}
