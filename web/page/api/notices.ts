import { useQuery } from '@tanstack/react-query'
import { useAccountApi } from './account-api.ts'

/** Something that the customer should know or do. */
export interface Notice {
  readonly kind: string
  readonly severity: 'critical' | 'warning' | 'info'
  readonly title: string
  readonly detail: string
  readonly action: { readonly do: string; readonly topup?: string | null } | null
  readonly since: string | null
}

const FRESH_EVERY_MS = 15_000

/** The most severe first. */
export function useNotices() {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['money', 'notices'],
    queryFn: async () => (await api.get<{ notices: readonly Notice[] }>('/notices')).notices,
    refetchInterval: FRESH_EVERY_MS,
  })
}
