import { type CallRecord, useCall } from '../api/entries.ts'
import { useSession } from '../api/session.ts'
import { Answered } from '../parts/answered.tsx'
import { Money } from '../parts/money.tsx'
import { formatTime } from '../time/format-time.ts'
import styles from './entry-details.module.css'

/** A call with its ring-through attempts, what was free too. */
export function CallDetails({ callId }: { callId: string }) {
  const call = useCall(callId)
  return (
    <div className={styles['call']}>
      <h3>The whole call</h3>
      <Answered query={call} what="the call" lines={2}>
        {({ records, total }) => (
          <>
            <ul>
              {records.map((record) => (
                <RecordLine key={record.id} record={record} />
              ))}
            </ul>
            <p className={styles['record']}>
              <strong>Together</strong>
              <strong>
                <Money amount={total} />
              </strong>
            </p>
          </>
        )}
      </Answered>
    </div>
  )
}

function RecordLine({ record }: { record: CallRecord }) {
  const { timeZone } = useSession()
  const isAttempt = record.item === 'ring_through_attempt'
  return (
    <li className={styles['record']} data-attempt={isAttempt || undefined}>
      <span>
        {record.description}
        <span className="dimmed">
          , {formatTime(record.occurredAt, timeZone, 'time')}
          {record.durationMs !== null && `, ${talkTime(record.durationMs)}`}
        </span>
      </span>
      <span>{record.entry === null ? 'free' : <Money amount={record.amount} />}</span>
    </li>
  )
}

function talkTime(durationMs: number): string {
  if (durationMs === 0) return 'not answered'
  const seconds = Math.ceil(durationMs / 1_000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
