import { brandName, type Card } from '../api/card.ts'
import styles from './card-picture.module.css'

/** A card as far as it is known here. */
export function CardPicture({ card, label }: { card: Card; label: string }) {
  const [year = '', month = ''] = card.expiry.split('-')
  return (
    <div className={styles['card']}>
      <p className={styles['top']}>
        <span>{brandName(card)}</span>
        <span className={styles['label']}>{label}</span>
      </p>
      <p className={styles['digits']}>
        <span aria-hidden="true">•••• •••• •••• </span>
        <span className="visually-hidden">ending in </span>
        {card.last4}
      </p>
      <p className={styles['top']}>
        <span>
          Expires {month}/{year.slice(2)}
        </span>
      </p>
      {card.stoppedMessage && <p className={styles['stopped']}>{card.stoppedMessage}</p>}
    </div>
  )
}
