import { Button } from '@mantine/core'
import { type Rate, useRates } from '../api/rates.ts'
import { useSession } from '../api/session.ts'
import { Badge } from '../parts/badge.tsx'
import { Loading } from '../parts/loading.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { formatTime } from '../time/format-time.ts'
import { PriceText } from './price-text.tsx'
import { prefixName, rateName } from './rate-name.ts'
import styles from './rates.module.css'

/** The rates that apply to the account, its own before the standard ones. */
export function RateList({ search }: { search: string }) {
  const rates = useRates(search, true)
  if (rates.error) return <Trouble error={rates.error} onRetry={() => void rates.refetch()} />
  if (!rates.data) return <Loading what="the rates" lines={8} />
  const found = rates.data.pages.flatMap((page) => page.rates)
  if (found.length === 0)
    return <p className="dimmed">No rate matches. Try a country, or the first digits of a number.</p>
  return (
    <>
      <ul className={styles['list']}>
        {found.map((rate) => (
          <RateLine key={`${rate.from} ${rate.item} ${rate.kind} ${rate.prefix}`} rate={rate} />
        ))}
      </ul>
      {rates.hasNextPage && (
        <Button
          variant="default"
          loading={rates.isFetchingNextPage}
          onClick={() => void rates.fetchNextPage()}
        >
          Show more rates
        </Button>
      )}
    </>
  )
}

function RateLine({ rate }: { rate: Rate }) {
  const { timeZone } = useSession()
  const { change } = rate
  const country = rate.country?.name === rate.description ? null : rate.country?.name
  const where = [country, prefixName(rate.prefix), rate.description].filter(Boolean)
  return (
    <li className={styles['line']}>
      <span>
        <span className={styles['name']}>
          {rateName(rate)}
          {rate.from === 'account' && <Badge tone="good">Your own rate</Badge>}
        </span>
        <span className="dimmed small">{where.join(' · ')}</span>
        {change && (
          <span className="small">
            From {formatTime(change.at, timeZone, 'date')} on: {change.example?.text ?? 'another price'}
          </span>
        )}
      </span>
      <PriceText status={rate.status} price={rate.price} />
    </li>
  )
}
