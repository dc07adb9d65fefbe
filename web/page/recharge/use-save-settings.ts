import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useAccountApi } from '../api/account-api.ts'
import { ApiProblem } from '../api/problem.ts'
import { type RechargeSettings, readSettings, type StoredSettings } from '../api/recharge-settings.ts'

/** Saves settings over those that the customer saw. */
export function useSaveSettings(seen: StoredSettings) {
  const api = useAccountApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (settings: RechargeSettings) => {
      const headers = { 'if-match': seen.version }
      return await readSettings(
        await api.fetch('/recharge-settings', { method: 'PUT', body: settings, headers }),
      )
    },
    onSuccess: (saved) => {
      queries.setQueryData(['recharge-settings'], saved)
      void queries.invalidateQueries({ queryKey: ['money'] })
    },
  })
}

/** Whether somebody else, or a pause, changed the settings since they were read. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiProblem && error.kind === 'changed-meanwhile'
}
