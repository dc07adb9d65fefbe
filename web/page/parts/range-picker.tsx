import { SegmentedControl, TextInput } from '@mantine/core'
import { useId } from 'react'
import { useSession } from '../api/session.ts'
import { zoneName } from '../time/format-time.ts'
import { RANGE_PRESETS, type RangeChoice, type RangePreset, rangeOf } from '../time/time-range.ts'
import { instantOf, wallTimeOf } from '../time/zoned-time.ts'
import styles from './range-picker.module.css'

interface RangePickerProps {
  readonly choice: RangeChoice
  readonly onChange: (choice: RangeChoice) => void
}

const CUSTOM = 'custom'

/** From and To by a name, or by date and time on the clocks of the account's zone. */
export function RangePicker({ choice, onChange }: RangePickerProps) {
  const { timeZone } = useSession()
  const choose = (value: string) => {
    if (value !== CUSTOM) onChange({ preset: value as RangePreset })
    else onChange({ preset: null, ...rangeOf(choice, { now: new Date(), timeZone }) })
  }
  const presets = Object.entries(RANGE_PRESETS).map(([value, label]) => ({ value, label }))
  return (
    <div className={styles['picker']}>
      <SegmentedControl
        size="sm"
        classNames={{ label: styles['label'] ?? '' }}
        aria-label="Time range"
        value={choice.preset ?? CUSTOM}
        onChange={choose}
        data={[...presets, { value: CUSTOM, label: 'From–To' }]}
      />
      {choice.preset === null && <FromTo choice={choice} onChange={onChange} />}
    </div>
  )
}

function FromTo({
  choice,
  onChange,
}: { choice: RangeChoice & { preset: null } } & Pick<RangePickerProps, 'onChange'>) {
  const { timeZone } = useSession()
  const noteId = useId()
  const field = (name: 'from' | 'to', label: string) => (
    <TextInput
      type="datetime-local"
      size="sm"
      label={label}
      aria-describedby={noteId}
      value={choice[name] === null ? '' : wallTimeOf(choice[name], timeZone)}
      onChange={({ currentTarget: { value } }) =>
        onChange({ ...choice, [name]: value === '' ? null : instantOf(value, timeZone) })
      }
    />
  )
  return (
    <div className={styles['fields']}>
      {field('from', 'From')}
      {field('to', 'To')}
      <p id={noteId} className="dimmed small">
        Times of {zoneName(timeZone, new Date())}, the account's zone. To is not included.
      </p>
    </div>
  )
}
