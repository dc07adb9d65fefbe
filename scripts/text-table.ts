/** Lines of cells in columns, two spaces apart; the names of columns whose cells stand to the right begin with `>`. */
export function textTable(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const isRight = names.map((name) => name.startsWith('>'))
  const lines = [names.map((name) => name.replace('>', '')), ...rows]
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const pad = (cell: string, column: number) =>
    isRight[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
  return lines.map((line) => line.map(pad).join('  ').trimEnd())
}
