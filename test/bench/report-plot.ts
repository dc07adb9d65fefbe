import { barPlot } from './bar-plot.ts'
import { formatFigure } from './format-figure.ts'
import { type Results, summaries } from './results.ts'

/** The rates of all scenarios as bars, each with its ratio to the ceiling and its processor time. */
export function reportPlot(results: Results): string {
  const lines = summaries(results)
  const ceiling = lines.find(({ name }) => name === 'ceilingPostgres')?.recordsPerSecond ?? Number.NaN
  const bars = lines.map(({ name, recordsPerSecond, cpuMicros }) => {
    const rate = `${formatFigure(recordsPerSecond)}/s`
    const ratio = `${(recordsPerSecond / ceiling).toFixed(2)} × ceilingPostgres`
    const time = cpuMicros ? `, ${formatFigure(cpuMicros.total)} µs` : ''
    return { name, value: recordsPerSecond, label: `${rate}, ${ratio}${time}` }
  })
  return barPlot({ title: 'Usage records per second, and processor time per record', bars })
}
