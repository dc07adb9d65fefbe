/** Control characters, line and paragraph separators, and marks that reorder what follows. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069]/gu
/** What template engines on the way would fill in: `{{name}}`, `<% body %>`. */
const TAG_ENDS = /\{(?=\{)|\}(?=\})|<(?=%)|%(?=>)/g

/**
 * Text that is fit to stand in one line of a mail, wherever it came from: no line breaks or control characters, spaces
 * collapsed, half surrogates replaced, and no template tags.
 */
export function oneLine(text: string): string {
  const clean = text.toWellFormed().replace(UNPRINTABLE, ' ').replace(TAG_ENDS, '$& ')
  return clean.replace(/\s+/g, ' ').trim()
}

const SUBJECT_LENGTH_MAX = 150

/** One line of at most 150 characters. */
export function subjectLine(text: string): string {
  const line = oneLine(text)
  if (line.length <= SUBJECT_LENGTH_MAX) return line
  // Not in the middle of a surrogate pair.
  return `${line.slice(0, SUBJECT_LENGTH_MAX - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
