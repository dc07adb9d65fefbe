import { MICROS_PER_USD, type Micros } from '../../billing/money.ts'
import type { Day } from './simulate.ts'

const WIDTH = 960
const HEIGHT = 400
const LEFT = 64
const RIGHT = 24
const TOP = 48
const BOTTOM = 48
const GRID_LINES = 5

/** The days as an SVG: the balance of all accounts as a line, what was recharged as bars, declined attempts as dots. */
export function daysPlot(days: readonly Day[]): string {
  const top = Math.max(1, ...days.flatMap(({ balance, recharged }) => [usd(balance), usd(recharged)]))
  const bottom = Math.min(0, ...days.map(({ balance }) => usd(balance)))
  const step = (WIDTH - LEFT - RIGHT) / days.length
  const x = (index: number) => LEFT + (index + 0.5) * step
  const y = (value: number) => TOP + ((top - value) / (top - bottom)) * (HEIGHT - TOP - BOTTOM)
  const scale: Scale = { top, bottom, step, x, y }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="24">USD a day: <tspan fill="#1f5fa8">balance of all accounts</tspan>, ` +
      `<tspan fill="#5a9e6f">recharged</tspan>, <tspan fill="#c0392b">declined</tspan></text>`,
    ...grid(scale),
    ...days.map((day, index) => bar(day, index, scale)).filter((one) => one !== ''),
    `<polyline fill="none" stroke="#1f5fa8" stroke-width="2" points="${days
      .map(({ balance }, index) => `${fixed(x(index))},${fixed(y(usd(balance)))}`)
      .join(' ')}"/>`,
    ...days.flatMap(({ declined }, index) =>
      declined > 0 ? [`<circle cx="${fixed(x(index))}" cy="${fixed(y(0))}" r="3" fill="#c0392b"/>`] : [],
    ),
    ...dates(days, scale),
    '</svg>\n',
  ].join('\n')
}

interface Scale {
  readonly top: number
  readonly bottom: number
  readonly step: number
  readonly x: (index: number) => number
  readonly y: (value: number) => number
}

function grid({ top, bottom, y }: Scale): string[] {
  return Array.from({ length: GRID_LINES }, (_, index) => {
    const value = bottom + ((top - bottom) * index) / (GRID_LINES - 1)
    const at = fixed(y(value))
    return (
      `<line x1="${LEFT}" y1="${at}" x2="${WIDTH - RIGHT}" y2="${at}" stroke="#ddd"/>` +
      `<text x="${LEFT - 8}" y="${at}" dy="4" text-anchor="end" fill="#555">${value.toFixed(0)}</text>`
    )
  })
}

function bar({ recharged }: Day, index: number, { step, x, y }: Scale): string {
  const value = usd(recharged)
  if (value <= 0) return ''
  const width = Math.max(1, step * 0.6)
  const place = `x="${fixed(x(index) - width / 2)}" y="${fixed(y(value))}"`
  return `<rect ${place} width="${fixed(width)}" height="${fixed(y(0) - y(value))}" fill="#5a9e6f"/>`
}

function dates(days: readonly Day[], { x }: Scale): string[] {
  const indexes = [...new Set([0, Math.floor((days.length - 1) / 2), days.length - 1])]
  return indexes.map(
    (index) =>
      `<text x="${fixed(x(index))}" y="${HEIGHT - 16}" text-anchor="middle" fill="#555">${days[index]?.date}</text>`,
  )
}

/** For drawing alone. */
function usd(amount: Micros): number {
  return Number(amount) / Number(MICROS_PER_USD)
}

function fixed(value: number): string {
  return value.toFixed(1)
}
