import { scaleLinear, scaleUtc } from 'd3-scale'
import { area, curveStepAfter, line } from 'd3-shape'
import { useRef } from 'react'
import type { BalanceHistory, BalancePoint, RechargeMark } from '../api/balance-history.ts'
import { useSession } from '../api/session.ts'
import { formatMoney } from '../money/format-money.ts'
import { formatTime } from '../time/format-time.ts'
import { wallTimeOf } from '../time/zoned-time.ts'
import styles from './balance-chart.module.css'
import { BalanceTable } from './balance-table.tsx'
import { axisLabel, chartValue } from './chart-value.ts'
import { type Hover, useHover } from './use-hover.ts'
import { useWidth } from './use-width.ts'

const HEIGHT = 260
const MARGIN = { top: 16, right: 8, bottom: 28, left: 48 }
const TICKS_Y = 4
const PIXELS_PER_TICK_X = 110
const TICK_LABEL_HALF = 28
const DAY_MS = 86_400_000
/** Room above the highest balance, so that marks are not cut off. */
const HEADROOM = 1.12

/** The balance as a line, with each recharge marked; as a table for whoever does not see it. */
export function BalanceChart({ history }: { history: BalanceHistory }) {
  const { timeZone } = useSession()
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const plot = layOut(history, { width, timeZone })
  const hover = useHover(history.points, plot.x)
  if (history.points.length === 0) return <p className="dimmed">There is nothing in this time yet.</p>
  return (
    <div ref={frame} className={styles['frame']}>
      <svg
        width={width}
        height={HEIGHT}
        aria-hidden="true"
        onPointerMove={hover.onPointerMove}
        onPointerLeave={hover.onPointerLeave}
      >
        <Grid plot={plot} width={width} />
        <path className={styles['area'] ?? ''} d={plot.area} />
        <path className={styles['line'] ?? ''} d={plot.line} />
        {history.recharges.map((mark) => (
          <Recharge key={mark.entry} mark={mark} plot={plot} />
        ))}
        {hover.point && <Cursor point={hover.point} plot={plot} />}
      </svg>
      <Legend hover={hover} recharges={history.recharges.length} timeZone={timeZone} />
      <BalanceTable history={history} timeZone={timeZone} />
    </div>
  )
}

interface Plot {
  readonly x: (instant: string) => number
  readonly y: (value: number) => number
  readonly line: string
  readonly area: string
  readonly ticksX: readonly TickX[]
  readonly ticksY: readonly number[]
}

interface TickX {
  readonly x: number
  readonly label: string
}

function layOut({ points }: BalanceHistory, { width, timeZone }: { width: number; timeZone: string }): Plot {
  const values = points.map(({ balance }) => chartValue(balance))
  const low = Math.min(0, ...values)
  const high = Math.max(1, ...values) * HEADROOM
  // On the clocks of the account's zone, so that its days begin at the ticks.
  const wall = (instant: string) => new Date(`${wallTimeOf(instant, timeZone)}Z`)
  const ends = [wall(points[0]?.at ?? ''), wall(points.at(-1)?.at ?? '')]
  const time = scaleUtc(ends, [MARGIN.left, width - MARGIN.right])
  const money = scaleLinear([low, high], [HEIGHT - MARGIN.bottom, MARGIN.top])
  const x = (instant: string) => time(wall(instant))
  const at = ({ at: instant }: BalancePoint) => x(instant)
  const height = ({ balance }: BalancePoint) => money(chartValue(balance))
  return {
    x,
    y: money,
    line: line<BalancePoint>(at, height).curve(curveStepAfter)(points) ?? '',
    area: area<BalancePoint>(at, money(0), height).curve(curveStepAfter)(points) ?? '',
    ticksX: labelTicks(time.ticks(Math.max(2, Math.floor(width / PIXELS_PER_TICK_X))), time).filter(
      ({ x: at }) => at > TICK_LABEL_HALF && at < width - TICK_LABEL_HALF,
    ),
    ticksY: money.ticks(TICKS_Y),
  }
}

function labelTicks(ticks: readonly Date[], x: (at: Date) => number): TickX[] {
  const isWithinDays = ticks.some((at) => at.getTime() % DAY_MS !== 0)
  return ticks.map((at) => ({ x: x(at), label: formatTime(at, 'UTC', isWithinDays ? 'time' : 'short day') }))
}

function Grid({ plot, width }: { plot: Plot; width: number }) {
  return (
    <g className={styles['grid'] ?? ''}>
      {plot.ticksY.map((value) => (
        <g key={value} transform={`translate(0 ${plot.y(value)})`}>
          <line x1={MARGIN.left} x2={width - MARGIN.right} data-zero={value === 0 || undefined} />
          <text x={0} y={4}>
            {axisLabel(value)}
          </text>
        </g>
      ))}
      {plot.ticksX.map(({ x, label }) => (
        <text key={x} x={x} y={HEIGHT - 8} textAnchor="middle">
          {label}
        </text>
      ))}
    </g>
  )
}

function Recharge({ mark, plot }: { mark: RechargeMark; plot: Plot }) {
  const x = plot.x(mark.at)
  return (
    <g className={styles['recharge'] ?? ''}>
      <line x1={x} x2={x} y1={plot.y(0)} y2={MARGIN.top} />
      <circle cx={x} cy={MARGIN.top} r={4.5} data-origin={mark.origin} />
    </g>
  )
}

function Cursor({ point, plot }: { point: BalancePoint; plot: Plot }) {
  const x = plot.x(point.at)
  return (
    <g className={styles['cursor'] ?? ''}>
      <line x1={x} x2={x} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} />
      <circle cx={x} cy={plot.y(chartValue(point.balance))} r={5} />
    </g>
  )
}

interface LegendProps {
  readonly hover: Hover
  readonly recharges: number
  readonly timeZone: string
}

function Legend({ hover: { point }, recharges, timeZone }: LegendProps) {
  const marks = recharges === 1 ? '1 recharge' : `${recharges} recharges`
  return (
    <p className={styles['legend']} aria-hidden="true">
      <span className={styles['key']}>{marks} in this time</span>
      {point && (
        <span>
          {formatTime(point.at, timeZone, 'date and time')}: <strong>{formatMoney(point.balance)}</strong>
        </span>
      )}
    </p>
  )
}
