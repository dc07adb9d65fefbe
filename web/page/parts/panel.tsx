import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useLocation } from 'wouter'
import styles from './panel.module.css'

interface PanelProps {
  readonly title: string
  /** For links that lead here. */
  readonly id?: string
  /** Beside the title. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** A titled part of a view. */
export function Panel({ title, id, aside, children }: PanelProps) {
  const titleId = useId()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (id !== undefined && panel.current && window.location.hash === `#${id}`) show(panel.current)
  }, [id])
  return (
    <section ref={panel} id={id} className={styles['panel']} aria-labelledby={titleId} tabIndex={-1}>
      <div className={styles['head']}>
        <h2 id={titleId}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** Leads to a panel: on this view where it has it, else on that of the payments. */
export function useGoToPanel(): (id: string) => void {
  const [, go] = useLocation()
  return (id) => {
    const here = document.getElementById(id)
    if (here) show(here)
    else go(`/payments#${id}`)
  }
}

function show(panel: HTMLElement): void {
  panel.scrollIntoView({ block: 'center' })
  panel.focus({ preventScroll: true })
}
