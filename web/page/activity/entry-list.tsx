import { Button } from '@mantine/core'
import type { useEntries } from '../api/entries.ts'
import { Loading } from '../parts/loading.tsx'
import { Trouble } from '../parts/trouble.tsx'
import styles from './entry-list.module.css'
import { EntryRow } from './entry-row.tsx'

/** The lines that match, newest first; more of them as they are asked for. */
export function EntryList({ entries }: { entries: ReturnType<typeof useEntries> }) {
  if (entries.error) return <Trouble error={entries.error} onRetry={() => void entries.refetch()} />
  if (!entries.data) return <Loading what="the activity" lines={10} />
  const lines = entries.data.pages.flatMap((page) => page.entries)
  if (lines.length === 0)
    return <p className="dimmed">Nothing matches. Try a longer time or fewer conditions.</p>
  return (
    <>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">When</th>
            <th scope="col">Amount</th>
            <th scope="col">Balance after</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((entry) => (
            <EntryRow key={entry.id} entry={entry} />
          ))}
        </tbody>
      </table>
      {entries.hasNextPage && (
        <Button
          variant="default"
          loading={entries.isFetchingNextPage}
          onClick={() => void entries.fetchNextPage()}
        >
          Show older activity
        </Button>
      )}
    </>
  )
}
