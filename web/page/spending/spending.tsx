import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '../api/session.ts'
import { SPEND_GROUPINGS, type SpendGrouping, useSpend } from '../api/spend.ts'
import { Answered } from '../parts/answered.tsx'
import { Money } from '../parts/money.tsx'
import { Panel } from '../parts/panel.tsx'
import { RangePicker } from '../parts/range-picker.tsx'
import { type RangeChoice, rangeOf } from '../time/time-range.ts'
import { DayChart } from './day-chart.tsx'
import { ShareChart } from './share-chart.tsx'
import styles from './spending.module.css'

const NAMES: Readonly<Record<SpendGrouping, string>> = {
  item: 'Item',
  day: 'Day',
  number: 'Number',
  agent: 'Agent',
  lead: 'Lead',
  campaign: 'Campaign',
}

/** Where the money goes. */
export function Spending() {
  const { timeZone } = useSession()
  const [choice, setChoice] = useState<RangeChoice>({ preset: '30' })
  const [by, setBy] = useState<SpendGrouping>('item')
  const spend = useSpend(rangeOf(choice, { now: new Date(), timeZone }), by)
  return (
    <Panel title="Where the money goes" aside={<RangePicker choice={choice} onChange={setChoice} />}>
      <div className={styles['groupings']}>
        <SegmentedControl
          size="sm"
          classNames={{ label: styles['grouping'] ?? '' }}
          aria-label="By"
          value={by}
          onChange={setBy}
          data={SPEND_GROUPINGS.map((value) => ({ value, label: NAMES[value] }))}
        />
      </div>
      <Answered query={spend} what="the spending" lines={8}>
        {(found) => (
          <>
            <p className={styles['total']}>
              <strong>
                <Money amount={found.total} />
              </strong>{' '}
              <span className="dimmed">
                spent on {found.count.toLocaleString('en-US')} {found.count === 1 ? 'charge' : 'charges'}
              </span>
            </p>
            {found.by === 'day' ? (
              <DayChart spend={found} />
            ) : (
              <ShareChart spend={found} name={NAMES[found.by]} />
            )}
            {found.reversed && (
              <p className="dimmed small">
                <Money amount={found.reversed.amount} /> of charges was taken back in this time, and is not
                subtracted here.
              </p>
            )}
          </>
        )}
      </Answered>
    </Panel>
  )
}
