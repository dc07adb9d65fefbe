import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import type { Entry } from '../api/entries.ts'
import { useSession } from '../api/session.ts'
import { Money } from '../parts/money.tsx'
import { formatTime } from '../time/format-time.ts'
import { EntryDetails } from './entry-details.tsx'
import styles from './entry-list.module.css'

/** One line; opened, it shows how its amount came about. */
export function EntryRow({ entry }: { entry: Entry }) {
  const { timeZone } = useSession()
  const [isOpen, setIsOpen] = useState(false)
  const detailsId = useId()
  return (
    <>
      <tr className={styles['line']}>
        <td>
          <button
            type="button"
            className={styles['toggle']}
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailsId : undefined}
            onClick={() => setIsOpen(!isOpen)}
          >
            <IconChevronRight size={16} aria-hidden />
            <span className={styles['what']}>{entry.description}</span>
          </button>
        </td>
        <td className={styles['when']}>{formatTime(entry.postedAt, timeZone, 'date and time')}</td>
        <td className={styles['amount']}>
          <Money amount={entry.amount} isMovement />
        </td>
        <td className={styles['after']}>
          <Money amount={entry.balanceAfter} />
        </td>
      </tr>
      {isOpen && (
        <tr className={styles['details']} id={detailsId}>
          <td colSpan={4}>
            <EntryDetails entry={entry} />
          </td>
        </tr>
      )}
    </>
  )
}
