import { NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { ITEM_NAMES } from '../parts/item-name.ts'
import { RangePicker } from '../parts/range-picker.tsx'
import type { FilterChoice } from './filter-choice.ts'
import styles from './filters.module.css'

interface FiltersProps {
  readonly choice: FilterChoice
  readonly onChange: (choice: FilterChoice) => void
}

const ITEMS = [
  { value: '', label: 'Every item' },
  ...Object.entries(ITEM_NAMES).map(([value, label]) => ({ value, label })),
]

/** What narrows the activity. */
export function Filters({ choice, onChange }: FiltersProps) {
  return (
    <search className={styles['filters']}>
      <div className={styles['range']}>
        <RangePicker choice={choice.range} onChange={(range) => onChange({ ...choice, range })} />
      </div>
      <SegmentedControl
        size="sm"
        aria-label="Show"
        value={choice.show}
        onChange={(show) => onChange({ ...choice, show })}
        data={[
          { value: 'all', label: 'All' },
          { value: 'debits', label: 'Debits' },
          { value: 'credits', label: 'Credits' },
        ]}
      />
      <NativeSelect
        size="sm"
        aria-label="Item"
        data={ITEMS}
        value={choice.item}
        onChange={({ currentTarget }) => onChange({ ...choice, item: currentTarget.value })}
      />
      <TextInput
        className={styles['search'] ?? ''}
        size="sm"
        type="search"
        aria-label="Number or call id"
        placeholder="Number or call id"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={choice.search}
        onChange={({ currentTarget }) => onChange({ ...choice, search: currentTarget.value })}
      />
    </search>
  )
}
