import type { ReactNode } from 'react'
import styles from './badge.module.css'

/** A word that says how something stands. */
export function Badge({ tone, children }: { tone: 'good' | 'bad' | 'quiet'; children: ReactNode }) {
  return (
    <span className={styles['badge']} data-tone={tone}>
      {children}
    </span>
  )
}
