import { useRechargeSettings } from '../api/recharge-settings.ts'
import { Answered } from '../parts/answered.tsx'
import { Panel } from '../parts/panel.tsx'
import { RechargeForm } from './recharge-form.tsx'

/** How the credit is kept filled. */
export function RechargePanel() {
  const settings = useRechargeSettings()
  return (
    <Panel title="Auto-recharge" id="auto-recharge">
      <Answered query={settings} what="the settings" lines={8}>
        {(stored) => <RechargeForm stored={stored} />}
      </Answered>
    </Panel>
  )
}
