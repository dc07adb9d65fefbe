import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { StoredSettings } from '../api/recharge-settings.ts'
import {
  type DraftFaults,
  draftOf,
  faultsOf,
  isSame,
  type SettingsDraft,
  settingsOf,
} from './settings-draft.ts'
import { useSaveSettings } from './use-save-settings.ts'

/** What the form shows and does. */
export interface SettingsForm {
  readonly draft: SettingsDraft
  readonly faults: DraftFaults
  /** Whether saving would change anything; going on after a pause is a change. */
  readonly hasChange: boolean
  readonly save: ReturnType<typeof useSaveSettings>
  edit(part: Partial<SettingsDraft>): void
  submit(): void
  /** Gives up what was typed for what is stored now. */
  readAgain(): Promise<void>
}

/** What was typed stands over the settings that the customer saw when they began, whatever is stored meanwhile. */
export function useSettingsForm(stored: StoredSettings): SettingsForm {
  const queries = useQueryClient()
  const [typed, setTyped] = useState<{ draft: SettingsDraft; seen: StoredSettings } | null>(null)
  const save = useSaveSettings(typed?.seen ?? stored)
  const draft = typed?.draft ?? draftOf(stored)
  return {
    draft,
    faults: faultsOf(draft),
    hasChange: isPaused(stored) || !isSame(draft, stored),
    save,
    edit: (part) => {
      save.reset()
      setTyped({ draft: { ...draft, ...part }, seen: typed?.seen ?? stored })
    },
    submit: () => save.mutate(settingsOf(draft), { onSuccess: () => setTyped(null) }),
    readAgain: async () => {
      await queries.invalidateQueries({ queryKey: ['recharge-settings'] })
      setTyped(null)
      save.reset()
    },
  }
}

/** On, and at rest until the customer says so. */
export function isPaused({ enabled, pausedMessage }: StoredSettings): boolean {
  return enabled && pausedMessage !== null
}
