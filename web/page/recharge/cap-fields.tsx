import { TextInput } from '@mantine/core'
import { formatMoney } from '../money/format-money.ts'
import { typedAmount } from '../money/typed-amount.ts'
import styles from './cap-fields.module.css'
import {
  CAP_SPANS,
  type CapDraft,
  type CapSpan,
  type DraftFaults,
  type SettingsDraft,
} from './settings-draft.ts'

interface CapFieldsProps {
  readonly caps: SettingsDraft['caps']
  readonly faults: DraftFaults
  readonly onEdit: (caps: SettingsDraft['caps']) => void
}

const SPAN_NAMES = { day: '24 hours', week: '7 days', month: '30 days' } as const

/** How often and for how much recharges may happen by themselves. */
export function CapFields({ caps, faults, onEdit }: CapFieldsProps) {
  const hasFault = [...faults.keys()].some((field) => field.startsWith('caps'))
  return (
    <details className={styles['caps']} open={hasFault || undefined}>
      <summary>{summaryOf(caps.day)}</summary>
      <p className="dimmed small">
        Auto-recharge never goes beyond these, whatever happens. Each limit leaves room for one recharge, and
        none is below that of the shorter time.
      </p>
      {CAP_SPANS.map((span) => (
        <CapLine
          key={span}
          span={span}
          cap={caps[span]}
          faults={faults}
          onEdit={(cap) => onEdit({ ...caps, [span]: cap })}
        />
      ))}
    </details>
  )
}

function summaryOf({ count, amount }: CapDraft): string {
  const money = formatMoney(typedAmount(amount) ?? '0')
  return `Limits: at most ${count} recharges and ${money} in 24 hours`
}

interface CapLineProps {
  readonly span: CapSpan
  readonly cap: CapDraft
  readonly faults: DraftFaults
  readonly onEdit: (cap: CapDraft) => void
}

function CapLine({ span, cap, faults, onEdit }: CapLineProps) {
  return (
    <div className={styles['line']}>
      <TextInput
        label={`Recharges in ${SPAN_NAMES[span]}`}
        error={faults.get(`caps.${span}.count`)}
        inputMode="numeric"
        autoComplete="off"
        value={cap.count}
        onChange={({ currentTarget }) => onEdit({ ...cap, count: currentTarget.value })}
      />
      <TextInput
        label={`Money in ${SPAN_NAMES[span]}`}
        error={faults.get(`caps.${span}.amount`)}
        leftSection="$"
        inputMode="decimal"
        autoComplete="off"
        value={cap.amount}
        onChange={({ currentTarget }) => onEdit({ ...cap, amount: currentTarget.value })}
      />
    </div>
  )
}
