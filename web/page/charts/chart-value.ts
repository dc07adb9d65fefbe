/** An amount as a length in a chart. The one place where money becomes a `number`: a pixel needs no micros. */
export function chartValue(amount: string): number {
  return Number(amount)
}

const compact = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 2,
})

/** A round figure beside an axis. */
export function axisLabel(value: number): string {
  return compact.format(value).replace(/\.00$/, '')
}
