/** A fault or a warning, for the person who wrote a rate card file. `line` counts from 1, the header included; `column`
 *  is null where the whole line or file is meant. */
export interface CardFinding {
  readonly line: number
  readonly column: string | null
  readonly message: string
}

/** One line of text, naming line, column and rule. */
export function describeCardFinding({ line, column, message }: CardFinding): string {
  return column === null ? `line ${line}: ${message}` : `line ${line}, column ${column}: ${message}`
}
