const BARS = '▁▂▃▄▅▆▇█'

/** A line of small bars from nothing, or the smallest value where that is below, to the largest; neighbours are averaged where there are too many. */
export function sparkline(values: readonly number[], widthMax: number): string {
  const shown = averaged(values, widthMax)
  const least = Math.min(0, ...shown)
  const range = Math.max(...shown) - least || 1
  return shown.map((value) => BARS.charAt(Math.round(((value - least) / range) * (BARS.length - 1)))).join('')
}

function averaged(values: readonly number[], widthMax: number): number[] {
  const width = Math.min(values.length, widthMax)
  return Array.from({ length: width }, (_, index) => {
    const start = Math.floor((index * values.length) / width)
    const group = values.slice(start, Math.floor(((index + 1) * values.length) / width))
    return group.reduce((sum, value) => sum + value, 0) / group.length
  })
}
