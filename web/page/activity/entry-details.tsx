import { callOf, type Entry } from '../api/entries.ts'
import { useSession } from '../api/session.ts'
import { formatTime } from '../time/format-time.ts'
import { CallDetails } from './call-details.tsx'
import styles from './entry-details.module.css'

/** The arithmetic of a charge, what it was for, and the call that it belongs to. */
export function EntryDetails({ entry }: { entry: Entry }) {
  const { timeZone } = useSession()
  const call = callOf(entry)
  const facts: readonly (readonly [string, string | null])[] = [
    ['From', entry.from],
    ['To', entry.to],
    ['Took place', formatTime(entry.occurredAt, timeZone, 'time with seconds')],
    ...Object.entries(entry.tags).map(([tag, value]) => [tag, value] as const),
    ['Line', `${entry.id} of this account's ledger`],
    ['Source', entry.source],
  ]
  return (
    <div className={styles['details']}>
      {entry.steps.length > 0 && (
        <ol className={styles['steps']} aria-label="How the amount came about">
          {entry.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      <dl className={styles['facts']}>
        {facts.map(([name, value]) => value && <Fact key={name} name={name} value={value} />)}
      </dl>
      {call && <CallDetails callId={call} />}
    </div>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
