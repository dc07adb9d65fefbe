import { Button } from '@mantine/core'
import type { StoredSettings } from '../api/recharge-settings.ts'
import { useSession } from '../api/session.ts'
import { Trouble } from '../parts/trouble.tsx'
import { formatTime } from '../time/format-time.ts'
import styles from './recharge-form.module.css'
import { isConflict, type useSaveSettings } from './use-save-settings.ts'

interface SaveOutcomeProps {
  readonly save: ReturnType<typeof useSaveSettings>
  readonly stored: StoredSettings
  readonly onReadAgain: () => void
}

/** What became of Update; before it, who changed the settings last. */
export function SaveOutcome({ save, stored, onReadAgain }: SaveOutcomeProps) {
  if (isConflict(save.error)) {
    return (
      <div className={styles['pause']} role="alert">
        <p>{save.error?.message}</p>
        <p>What you typed was not saved.</p>
        <Button size="compact-sm" variant="default" mt="xs" onClick={onReadAgain}>
          Show the settings as they are now
        </Button>
      </div>
    )
  }
  if (save.error) return <Trouble error={save.error} />
  if (save.isSuccess) {
    return (
      <p className="small" role="status">
        Saved. These settings are in force now.
      </p>
    )
  }
  return <LastChange stored={stored} />
}

function LastChange({ stored: { lastChange } }: { stored: StoredSettings }) {
  const { timeZone } = useSession()
  if (!lastChange) return null
  return (
    <p className="dimmed small">
      Last changed by {lastChange.by}, {formatTime(lastChange.at, timeZone, 'date and time')}.
    </p>
  )
}
