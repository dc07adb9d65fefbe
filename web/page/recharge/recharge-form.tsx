import { Button } from '@mantine/core'
import type { FormEvent } from 'react'
import type { StoredSettings } from '../api/recharge-settings.ts'
import { useMayChange } from '../api/session.ts'
import { ViewerNote } from '../parts/viewer-note.tsx'
import { Preview } from './preview.tsx'
import styles from './recharge-form.module.css'
import { SaveOutcome } from './save-outcome.tsx'
import { type DraftFaults, settingsOf } from './settings-draft.ts'
import { SettingsFields } from './settings-fields.tsx'
import { isConflict } from './use-save-settings.ts'
import { isPaused, useSettingsForm } from './use-settings-form.ts'

/** The settings, each with its rule beside it; checked while they are typed, and again by the server. */
export function RechargeForm({ stored }: { stored: StoredSettings }) {
  const mayChange = useMayChange()
  const form = useSettingsForm(stored)
  const { draft, faults, save } = form
  const submit = (event: FormEvent) => {
    event.preventDefault()
    form.submit()
  }
  const isReady = mayChange && faults.size === 0 && form.hasChange && !isConflict(save.error)
  return (
    <form className={styles['form']} onSubmit={submit} noValidate>
      <fieldset className={styles['fields']} disabled={!mayChange} aria-label="Auto-recharge">
        <SettingsFields form={form} pausedMessage={stored.pausedMessage} />
      </fieldset>
      <Preview settings={hasFaultOfRule(faults) ? null : settingsOf(draft)} />
      <SaveOutcome save={save} stored={stored} onReadAgain={() => void form.readAgain()} />
      <div className={styles['save']}>
        <Button type="submit" loading={save.isPending} disabled={!isReady}>
          {isPaused(stored) ? 'Update and go on' : 'Update'}
        </Button>
        <ViewerNote what="change these settings" />
      </div>
    </form>
  )
}

/** Of what decides when and how much is recharged: who is told does not. */
function hasFaultOfRule(faults: DraftFaults): boolean {
  return [...faults.keys()].some((field) => field !== 'emails')
}
