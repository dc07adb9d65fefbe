import { useDebouncedValue } from '@mantine/hooks'
import { type RechargePreview, type RechargeSettings, useRechargePreview } from '../api/recharge-settings.ts'
import { formatMoney, isDebit } from '../money/format-money.ts'
import styles from './preview.module.css'

const TYPING_PAUSE_MS = 400

/** What these settings would have done in the last 30 days; null while they break a rule. */
export function Preview({ settings }: { settings: RechargeSettings | null }) {
  const wanted = settings && { amount: settings.amount, threshold: settings.threshold, caps: settings.caps }
  const [settled] = useDebouncedValue(JSON.stringify(wanted), TYPING_PAUSE_MS)
  const { data } = useRechargePreview(JSON.parse(settled))
  if (!data) return null
  return (
    <div className={styles['preview']} aria-live="polite">
      <p className={styles['title']}>In the last 30 days these settings would have</p>
      <ul>
        <li>{whatWouldHaveBeen(data)}</li>
        <li>{lowest(data)}</li>
      </ul>
    </div>
  )
}

function whatWouldHaveBeen({ count, total, actual }: RechargePreview): string {
  const would = count === 0 ? 'recharged nothing' : `recharged ${times(count)}, ${formatMoney(total)} in all`
  const did = actual.count === 0 ? 'not at all' : `${times(actual.count)}, ${formatMoney(actual.total)}`
  return `${would} (in fact: ${did})`
}

function times(count: number): string {
  if (count === 1) return 'once'
  return count === 2 ? 'twice' : `${count} times`
}

function lowest({ lowestBalance, daysBelowZero }: RechargePreview): string {
  if (lowestBalance === null) return 'seen no charges at all'
  if (daysBelowZero > 0) {
    const days = daysBelowZero === 1 ? 'one day' : `${daysBelowZero} days`
    return `run out of credit on ${days}: a higher threshold or amount prevents that`
  }
  const size = formatMoney(lowestBalance)
  return isDebit(lowestBalance) ? `let the balance fall to ${size}` : `kept the balance at ${size} or more`
}
