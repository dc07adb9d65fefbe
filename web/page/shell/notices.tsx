import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import { type Notice, useNotices } from '../api/notices.ts'
import { useMayChange, useSession } from '../api/session.ts'
import { useGoToPanel } from '../parts/panel.tsx'
import { formatTime } from '../time/format-time.ts'
import styles from './notices.module.css'

const ICONS = { critical: IconCircleX, warning: IconAlertTriangle, info: IconInfoCircle }

/** What went wrong, the most severe first, each with the button that puts it right. Nothing when all is well. */
export function Notices() {
  const { data: notices = [] } = useNotices()
  return (
    <ul
      className={styles['notices']}
      aria-label="What needs your attention"
      aria-live="polite"
      hidden={notices.length === 0}
    >
      {notices.map((notice) => (
        <NoticeLine key={`${notice.kind} ${notice.since}`} notice={notice} />
      ))}
    </ul>
  )
}

function NoticeLine({ notice }: { notice: Notice }) {
  const { timeZone } = useSession()
  const { severity, title, detail, since } = notice
  const Icon = ICONS[severity]
  return (
    <li className={styles['notice']} data-severity={severity}>
      <Icon className={styles['icon']} size={22} stroke={1.8} aria-hidden />
      <div>
        <p className={styles['title']}>{title}</p>
        <p className={styles['detail']}>
          {detail}
          {since && <span> Since {formatTime(since, timeZone, 'date and time')}.</span>}
        </p>
      </div>
      <Remedy notice={notice} />
    </li>
  )
}

/** The panel in which each thing can be put right, and how its button is called. */
const REMEDIES: Readonly<Record<string, { readonly label: string; readonly panel: string }>> = {
  pay_now: { label: 'Pay now', panel: 'pay-now' },
  register_card: { label: 'Register a card', panel: 'card' },
  resume_recharge: { label: 'Turn it on again', panel: 'auto-recharge' },
  change_emails: { label: 'Change the address', panel: 'auto-recharge' },
  authenticate: { label: 'Confirm the payment', panel: 'pay-now' },
}

function Remedy({ notice: { action } }: { notice: Notice }) {
  const mayChange = useMayChange()
  const goToPanel = useGoToPanel()
  const remedy = action && REMEDIES[action.do]
  if (!remedy || !mayChange) return null
  return (
    <Button size="sm" onClick={() => goToPanel(remedy.panel)}>
      {remedy.label}
    </Button>
  )
}
