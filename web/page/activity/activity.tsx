import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useEntries } from '../api/entries.ts'
import { useSession } from '../api/session.ts'
import { Panel } from '../parts/panel.tsx'
import styles from './activity.module.css'
import { CsvButton } from './csv-button.tsx'
import { EntryList } from './entry-list.tsx'
import { type FilterChoice, filterOf, NO_FILTER } from './filter-choice.ts'
import { Filters } from './filters.tsx'
import { StatementsPanel } from './statements-panel.tsx'

const TYPING_PAUSE_MS = 300

/** Every movement of the credit, narrowed as one likes, each with its arithmetic. */
export function Activity() {
  const { timeZone } = useSession()
  const [choice, setChoice] = useState<FilterChoice>(NO_FILTER)
  const [settled] = useDebouncedValue(choice, TYPING_PAUSE_MS)
  const filter = filterOf(settled, { now: new Date(), timeZone })
  const entries = useEntries(filter)
  return (
    <div className={styles['activity']}>
      <Panel title="Activity" aside={<CsvButton filter={filter} />}>
        <Filters choice={choice} onChange={setChoice} />
        <EntryList entries={entries} />
      </Panel>
      <StatementsPanel />
    </div>
  )
}
