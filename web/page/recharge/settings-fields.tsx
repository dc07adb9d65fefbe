import { Switch, TextInput } from '@mantine/core'
import { CapFields } from './cap-fields.tsx'
import styles from './recharge-form.module.css'
import type { SettingsForm } from './use-settings-form.ts'

interface SettingsFieldsProps {
  readonly form: SettingsForm
  /** Why nothing is recharged at the moment. */
  readonly pausedMessage: string | null
}

export function SettingsFields({ form, pausedMessage }: SettingsFieldsProps) {
  const { draft, faults, edit } = form
  return (
    <>
      <Switch
        size="md"
        label="Recharge automatically"
        description="When the balance falls below the threshold, the card on file is charged."
        checked={draft.enabled}
        onChange={({ currentTarget }) => edit({ enabled: currentTarget.checked })}
      />
      {pausedMessage && <p className={styles['pause']}>{pausedMessage}</p>}
      <div className={styles['pair']}>
        <AmountField form={form} name="amount" label="Recharge amount" rule="Greater than $50." />
        <AmountField
          form={form}
          name="threshold"
          label="Recharge when balance is below"
          rule="$10 or more."
        />
      </div>
      <TextInput
        label="Recharge failure email"
        description="Who is told when a recharge fails: up to ten addresses, with commas between them."
        error={faults.get('emails')}
        value={draft.emails}
        inputMode="email"
        autoComplete="off"
        onChange={({ currentTarget }) => edit({ emails: currentTarget.value })}
      />
      <CapFields caps={draft.caps} faults={faults} onEdit={(caps) => edit({ caps })} />
    </>
  )
}

interface AmountFieldProps {
  readonly form: SettingsForm
  readonly name: 'amount' | 'threshold'
  readonly label: string
  readonly rule: string
}

function AmountField({ form: { draft, faults, edit }, name, label, rule }: AmountFieldProps) {
  return (
    <TextInput
      label={label}
      description={rule}
      error={faults.get(name)}
      leftSection="$"
      inputMode="decimal"
      autoComplete="off"
      value={draft[name]}
      onChange={({ currentTarget }) => edit({ [name]: currentTarget.value })}
    />
  )
}
