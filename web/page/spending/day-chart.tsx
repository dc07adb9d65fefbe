import { scaleBand, scaleLinear } from 'd3-scale'
import { useRef } from 'react'
import type { Spend } from '../api/spend.ts'
import { axisLabel, chartValue } from '../charts/chart-value.ts'
import { useWidth } from '../charts/use-width.ts'
import { formatMoney } from '../money/format-money.ts'
import { formatTime } from '../time/format-time.ts'
import styles from './day-chart.module.css'

const HEIGHT = 260
const MARGIN = { top: 20, bottom: 28, left: 48 }
const PIXELS_PER_LABEL = 70
/** A label further to the right would be cut off. */
const LABEL_ROOM = 32

/** A column for each day that was spent something on; a table for whoever does not see it. */
export function DayChart({ spend }: { spend: Spend }) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const days = daysOf(spend)
  if (days.length === 0) return <p className="dimmed">Nothing was spent in this time.</p>
  const x = scaleBand(
    days.map(({ day }) => day),
    [MARGIN.left, width],
  ).padding(0.25)
  const high = Math.max(...days.map(({ amount }) => chartValue(amount)))
  const y = scaleLinear([0, high], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4)
  const labelEvery = Math.ceil((days.length * PIXELS_PER_LABEL) / Math.max(width, 1))
  return (
    <div ref={frame} className={styles['frame']}>
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {y.ticks(4).map((value) => (
          <g key={value} transform={`translate(0 ${y(value)})`} className={styles['grid'] ?? ''}>
            <line x1={MARGIN.left} x2={width} />
            <text y={4}>{axisLabel(value)}</text>
          </g>
        ))}
        {days.map(({ day, amount }, index) => (
          <g key={day} transform={`translate(${x(day) ?? 0} 0)`}>
            <rect
              className={styles['column'] ?? ''}
              y={y(chartValue(amount))}
              width={x.bandwidth()}
              height={y(0) - y(chartValue(amount))}
              rx={3}
            >
              <title>{`${dayName(day)}: ${formatMoney(amount)}`}</title>
            </rect>
            {index % labelEvery === 0 && (x(day) ?? 0) < width - LABEL_ROOM && (
              <text
                className={styles['label'] ?? ''}
                x={x.bandwidth() / 2}
                y={HEIGHT - 8}
                textAnchor="middle"
              >
                {dayName(day)}
              </text>
            )}
          </g>
        ))}
      </svg>
      <DayTable spend={spend} />
    </div>
  )
}

interface Day {
  /** `2026-11-23` */
  readonly day: string
  readonly amount: string
}

/** Every day from the first one on, those without spending too. */
function daysOf({ groups }: Spend): Day[] {
  const amounts = new Map(groups.map(({ key, amount }) => [key, amount]))
  const [first, last] = [groups[0]?.key, groups.at(-1)?.key]
  if (first === undefined || last === undefined) return []
  const days: Day[] = []
  for (const at = new Date(`${first}T00:00Z`); ; at.setUTCDate(at.getUTCDate() + 1)) {
    const day = at.toISOString().slice(0, 10)
    days.push({ day, amount: amounts.get(day) ?? '0.000000' })
    if (day >= last) return days
  }
}

function dayName(day: string): string {
  return formatTime(`${day}T00:00Z`, 'UTC', 'short day')
}

function DayTable({ spend }: { spend: Spend }) {
  return (
    <table className="visually-hidden">
      <caption>Spending by day</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Charges</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {spend.groups.map(({ key, count, amount }) => (
          <tr key={key}>
            <td>{dayName(key)}</td>
            <td>{count}</td>
            <td>{formatMoney(amount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
