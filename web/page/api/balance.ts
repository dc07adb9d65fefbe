import { useQuery } from '@tanstack/react-query'
import { useAccountApi } from './account-api.ts'

const FRESH_EVERY_MS = 10_000

export interface Balance {
  readonly balance: string
  readonly held: string
  readonly reserved: string
  readonly available: string
  readonly service: 'active' | 'stopped'
  readonly reason: 'no_credit' | 'account_suspended' | 'account_closed' | null
  readonly asOf: string
}

export function useBalance() {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['money', 'balance'],
    queryFn: () => api.get<Balance>('/balance'),
    refetchInterval: FRESH_EVERY_MS,
  })
}

/** How long the credit lasts by the spending of the last weeks. */
export interface Runway {
  readonly sentence: string
  readonly spendPerDay: string
  readonly basedOnDays: number
}

export function useRunway() {
  const api = useAccountApi()
  return useQuery({ queryKey: ['money', 'runway'], queryFn: () => api.get<Runway>('/runway') })
}
