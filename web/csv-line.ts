/** Text, or a number in our own writing. */
export type CsvCell = string | { readonly number: string } | null

/**
 * One line of a CSV file (RFC 4180) with its line end. Text that a spreadsheet would run as a formula gets a leading
 * apostrophe; a number stays one, with its minus sign.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return cell.number
  const text = STARTS_FORMULA.test(cell) ? `'${cell}` : cell
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const STARTS_FORMULA = /^[=+\-@\t\r\n]/
const NEEDS_QUOTES = /[",\r\n]/
