import { useState } from 'react'
import { useBalanceHistory } from '../api/balance-history.ts'
import { useSession } from '../api/session.ts'
import { BalanceChart } from '../charts/balance-chart.tsx'
import { Answered } from '../parts/answered.tsx'
import { Panel } from '../parts/panel.tsx'
import { RangePicker } from '../parts/range-picker.tsx'
import { type RangeChoice, rangeOf } from '../time/time-range.ts'

/** How the balance went over a time that is chosen here. */
export function HistoryPanel() {
  const { timeZone } = useSession()
  const [choice, setChoice] = useState<RangeChoice>({ preset: '30' })
  const history = useBalanceHistory(rangeOf(choice, { now: new Date(), timeZone }))
  return (
    <Panel title="Balance over time" aside={<RangePicker choice={choice} onChange={setChoice} />}>
      <Answered query={history} what="the balance over time" lines={9}>
        {(found) => <BalanceChart history={found} />}
      </Answered>
    </Panel>
  )
}
