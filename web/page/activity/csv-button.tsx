import { search } from '../api/account-api.ts'
import type { EntryFilter } from '../api/entries.ts'
import { useSession } from '../api/session.ts'
import { DownloadButton } from './download-button.tsx'

/** Everything that matches, as a file for a spreadsheet. */
export function CsvButton({ filter }: { filter: EntryFilter }) {
  const { account } = useSession()
  return (
    <DownloadButton
      label="Download CSV of what is shown"
      fileName={`${account}-activity.csv`}
      ask={(api) => api.fetch(`/entries${search({ ...filter })}`, { headers: { accept: 'text/csv' } })}
    >
      Download CSV
    </DownloadButton>
  )
}
