export interface Bar {
  readonly name: string
  readonly value: number
  /** Said beside the bar. */
  readonly label: string
}

const WIDTH = 900
const ROW = 30
const BAR = 18
const NAME_WIDTH = 170
const LABEL_WIDTH = 320
const TOP = 60

/** Horizontal bars on one scale from zero, as an SVG document. */
export function barPlot({ title, bars }: { title: string; bars: readonly Bar[] }): string {
  const height = TOP + bars.length * ROW + 20
  const largest = Math.max(...bars.map(({ value }) => value))
  const widthOf = (value: number) => ((WIDTH - NAME_WIDTH - LABEL_WIDTH) * value) / largest
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="20" y="32" font-size="16" font-weight="bold">${escapeXml(title)}</text>`,
    ...bars.map((bar, index) => barRow(bar, { top: TOP + index * ROW, width: widthOf(bar.value) })),
    '</svg>',
    '',
  ].join('\n')
}

function barRow({ name, label }: Bar, { top, width }: { top: number; width: number }): string {
  const textY = top + BAR - 5
  return [
    `<text x="${NAME_WIDTH - 10}" y="${textY}" text-anchor="end">${escapeXml(name)}</text>`,
    `<rect x="${NAME_WIDTH}" y="${top}" width="${Math.max(width, 1).toFixed(1)}" height="${BAR}" fill="#3b6fb6"/>`,
    `<text x="${(NAME_WIDTH + width + 8).toFixed(1)}" y="${textY}">${escapeXml(label)}</text>`,
  ].join('\n')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
