import type { Spend, SpendShare } from '../api/spend.ts'
import { chartValue } from '../charts/chart-value.ts'
import { itemName } from '../parts/item-name.ts'
import { Money } from '../parts/money.tsx'
import styles from './share-chart.module.css'

interface Bar extends SpendShare {
  readonly key: string
  readonly label: string
  readonly isOther: boolean
}

/** Bars, the longest first; a table at the same time. */
export function ShareChart({ spend, name }: { spend: Spend; name: string }) {
  const bars = barsOf(spend)
  const longest = Math.max(...bars.map(({ amount }) => chartValue(amount)), 0)
  if (bars.length === 0) return <p className="dimmed">Nothing was spent in this time.</p>
  return (
    <table className={styles['table']}>
      <caption className="visually-hidden">Spending by {name.toLowerCase()}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{name}</th>
          <th scope="col">Charges</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.key}>
            <th scope="row">
              <span className={styles['label']}>{bar.label}</span>
              <span className={styles['track']} aria-hidden="true">
                <span
                  className={styles['bar']}
                  data-other={bar.isOther || undefined}
                  style={{ width: `${widthOf(bar, longest)}%` }}
                />
              </span>
            </th>
            <td className="dimmed">{bar.count.toLocaleString('en-US')}</td>
            <td>
              <Money amount={bar.amount} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** In percent of the longest bar; what costs anything is seen. */
function widthOf({ amount }: Bar, longest: number): number {
  return longest === 0 ? 0 : Math.max(0.5, (chartValue(amount) / longest) * 100)
}

function barsOf({ by, groups, rest, untagged }: Spend): Bar[] {
  const bars = groups.map((group) => ({
    ...group,
    label: by === 'item' ? itemName(group.key) : group.key,
    isOther: false,
  }))
  const others = [
    rest && { ...rest, key: ' rest', label: 'All others', isOther: true },
    untagged && { ...untagged, key: ' untagged', label: `Without ${by}`, isOther: true },
  ]
  return [...bars, ...others.filter((bar) => bar !== null)]
}
