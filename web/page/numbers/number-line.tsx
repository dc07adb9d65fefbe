import { Button } from '@mantine/core'
import type { PhoneNumber } from '../api/numbers.ts'
import { useMayChange, useSession } from '../api/session.ts'
import { Badge } from '../parts/badge.tsx'
import { Money } from '../parts/money.tsx'
import { formatTime } from '../time/format-time.ts'
import type { NumberChange } from './number-dialog.tsx'
import styles from './numbers.module.css'

const STATES = {
  active: 'Active',
  grace: 'Renewal not paid',
  suspended: 'Suspended',
  released: 'Released',
  ported_out: 'Moved away',
} as const

const TONES = {
  active: 'good',
  grace: 'bad',
  suspended: 'bad',
  released: 'quiet',
  ported_out: 'quiet',
} as const

interface NumberLineProps {
  readonly number: PhoneNumber
  readonly onAsk: (change: NumberChange) => void
}

/** One number, with what can be done about it. */
export function NumberLine({ number, onAsk }: NumberLineProps) {
  const mayChange = useMayChange()
  const { state } = number
  const change = state === 'released' ? 'restore' : 'release'
  return (
    <li className={styles['line']}>
      <span className={styles['number']}>
        <strong>{number.number}</strong>
        <Badge tone={TONES[state]}>{STATES[state]}</Badge>
      </span>
      <Renewal number={number} />
      {state !== 'ported_out' && (
        <Button
          variant="default"
          size="xs"
          aria-label={change === 'restore' ? `Restore ${number.number}` : `Release ${number.number}`}
          disabled={!mayChange}
          onClick={() => onAsk(change)}
        >
          {change === 'restore' ? 'Restore' : 'Release'}
        </Button>
      )}
    </li>
  )
}

function Renewal({ number: { nextRenewal, state, since } }: { number: PhoneNumber }) {
  const { timeZone } = useSession()
  if (!nextRenewal) {
    return (
      <span className="dimmed small">
        {STATES[state]} since {formatTime(since, timeZone, 'date')}
      </span>
    )
  }
  return (
    <span className={styles['renewal']}>
      <span className="dimmed">Renews {formatTime(nextRenewal.startsAt, timeZone, 'date')} for </span>
      {nextRenewal.price === null ? 'a price that is not set' : <Money amount={nextRenewal.price} />}
    </span>
  )
}
