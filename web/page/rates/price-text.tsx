import type { Price } from '../api/rates.ts'
import { priceWords } from './price-words.ts'
import styles from './rates.module.css'

/** A price, or that there is none. */
export function PriceText({
  status,
  price,
}: {
  status: 'priced' | 'blocked' | 'no_rate'
  price: Price | null
}) {
  if (status === 'blocked') return <span className={styles['blocked']}>Not allowed</span>
  if (!price) return <span className={styles['blocked']}>No rate</span>
  const [first, ...more] = priceWords(price)
  return (
    <span className={styles['price']}>
      <strong>{first}</strong>
      {more.length > 0 && <span className="dimmed small">{more.join(', ')}</span>}
    </span>
  )
}
