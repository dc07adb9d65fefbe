import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './message.module.css'

interface MessageProps {
  readonly title: string
  readonly children?: ReactNode
  readonly onRetry?: () => void
}

/** One thing to say, in place of the page. */
export function Message({ title, children, onRetry }: MessageProps) {
  return (
    <main className={styles['message']}>
      <h1>{title}</h1>
      {children && <p>{children}</p>}
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </main>
  )
}
