import type { BalanceHistory } from '../api/balance-history.ts'
import { formatMoney } from '../money/format-money.ts'
import { formatTime } from '../time/format-time.ts'

const ROWS_MAX = 15

/** The chart for screen readers: the balance at some of its points, and every recharge. */
export function BalanceTable({ history, timeZone }: { history: BalanceHistory; timeZone: string }) {
  const { points, recharges } = history
  const step = Math.max(1, Math.ceil(points.length / ROWS_MAX))
  const shown = points.filter((_, index) => index % step === 0 || index === points.length - 1)
  return (
    <div className="visually-hidden">
      <table>
        <caption>Balance over time</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Balance</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ at, balance }) => (
            <tr key={at}>
              <td>{formatTime(at, timeZone, 'date and time')}</td>
              <td>{formatMoney(balance)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table>
        <caption>Recharges in this time</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Amount</th>
          </tr>
        </thead>
        <tbody>
          {recharges.map(({ at, amount, entry }) => (
            <tr key={entry}>
              <td>{formatTime(at, timeZone, 'date and time')}</td>
              <td>{formatMoney(amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
