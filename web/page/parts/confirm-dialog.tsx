import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import styles from './confirm-dialog.module.css'
import { Trouble } from './trouble.tsx'

interface ConfirmDialogProps {
  readonly title: string
  /** What it means, before it is done. */
  readonly children: ReactNode
  readonly confirmLabel: string
  readonly isDangerous?: boolean
  readonly isBusy: boolean
  readonly error: unknown
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something is done; Escape and "Not now" leave everything as it is. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, confirmLabel, isDangerous = false, isBusy, error, onConfirm, onClose } = props
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={styles['body']}>{children}</div>
      {error !== null && <Trouble error={error} />}
      <div className={styles['buttons']}>
        <Button variant="default" onClick={onClose} disabled={isBusy}>
          Not now
        </Button>
        <Button {...(isDangerous ? { color: 'red' } : {})} onClick={onConfirm} loading={isBusy}>
          {confirmLabel}
        </Button>
      </div>
    </Dialog>
  )
}

interface DialogProps {
  readonly title: string
  readonly children: ReactNode
  readonly onClose: () => void
}

/** The browser's own dialog: it keeps the focus inside and gives it back. */
export function Dialog({ title, children, onClose }: DialogProps) {
  const titleId = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className={styles['dialog']} aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  )
}
