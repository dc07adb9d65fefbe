/** One value and what follows it: quoted with `""` for a quote, or bare. */
const VALUE = /(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(,|$)/y

/**
 * The values of one line of CSV, or undefined when its quotes do not match. Line by line, because a file that a switch
 * appends to may hold a torn line, and a reader that lets a quoted value run on would lose every row up to the next quote.
 */
export function splitCsvLine(line: string): string[] | undefined {
  const values: string[] = []
  VALUE.lastIndex = 0
  for (;;) {
    const match = VALUE.exec(line)
    if (!match) return undefined
    const [, quoted, bare = '', separator] = match
    values.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    if (separator === '') return values
  }
}
