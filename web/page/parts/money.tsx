import { moneyParts } from '../money/format-money.ts'
import styles from './money.module.css'

interface MoneyProps {
  /** As the API writes it. */
  readonly amount: string
  /** With a plus sign, and in the colour of credits, where it adds to the credit. */
  readonly isMovement?: boolean
}

/** An amount in full; what is beyond the cents of whole dollars is there in smaller figures. */
export function Money({ amount, isMovement = false }: MoneyProps) {
  const { sign, cents, beyond } = moneyParts(amount)
  const isSmall = cents.startsWith('0.')
  const isCredit = isMovement && sign === ''
  return (
    <span className={styles['money']} data-credit={isCredit || undefined}>
      {isCredit ? '+' : sign}${cents}
      {beyond && <span className={isSmall ? undefined : styles['beyond']}>{beyond}</span>}
    </span>
  )
}
