import { Button } from '@mantine/core'
import { describeError } from '../api/problem.ts'
import styles from './trouble.module.css'

/** What went wrong with something that this person just asked for. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div className={styles['trouble']} role="alert">
      <p>{describeError(error)}</p>
      {onRetry && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}
