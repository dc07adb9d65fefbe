import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { TimeRange } from '../time/time-range.ts'
import { useAccountApi } from './account-api.ts'

const POINTS = 120

export interface BalanceHistory {
  readonly points: readonly BalancePoint[]
  readonly recharges: readonly RechargeMark[]
}

export interface BalancePoint {
  readonly at: string
  readonly balance: string
}

/** A top-up that added credit, by hand or automatic. */
export interface RechargeMark {
  readonly at: string
  readonly amount: string
  readonly origin: 'manual' | 'auto' | null
  readonly entry: string
}

export function useBalanceHistory({ from, to }: TimeRange) {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['money', 'balance-history', from, to],
    queryFn: () => api.get<BalanceHistory>('/balance-history', { from, to, points: POINTS }),
    placeholderData: keepPreviousData,
  })
}
