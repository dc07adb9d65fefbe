import { type NumberRate, useNumberRates } from '../api/rates.ts'
import { Answered } from '../parts/answered.tsx'
import { PriceText } from './price-text.tsx'
import { rateName } from './rate-name.ts'
import styles from './rates.module.css'

/** What calls and texts of one number cost, with an example of each. */
export function NumberRates({ number }: { number: string }) {
  const rates = useNumberRates(number)
  return (
    <Answered query={rates} what="the rates" lines={5}>
      {(found) => (
        <>
          <p>
            <strong>{found.number}</strong>
            {found.country && <span className="dimmed"> in {found.country.name}</span>}
          </p>
          <ul className={styles['list']}>
            {found.rates.map((rate) => (
              <RateLine key={`${rate.item} ${rate.kind}`} rate={rate} />
            ))}
          </ul>
        </>
      )}
    </Answered>
  )
}

function RateLine({ rate }: { rate: NumberRate }) {
  const note = rate.message ?? rate.example?.text
  return (
    <li className={styles['line']}>
      <span>
        <span className={styles['name']}>{rateName(rate)}</span>
        {note && <span className="dimmed small">{`${note.charAt(0).toUpperCase()}${note.slice(1)}`}</span>}
      </span>
      <PriceText status={rate.status} price={rate.price} />
    </li>
  )
}
