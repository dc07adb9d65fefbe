import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { TimeRange } from '../time/time-range.ts'
import { useAccountApi } from './account-api.ts'

export const SPEND_GROUPINGS = ['item', 'day', 'number', 'agent', 'lead', 'campaign'] as const
export type SpendGrouping = (typeof SPEND_GROUPINGS)[number]

export interface Spend {
  readonly by: SpendGrouping
  readonly total: string
  readonly count: number
  readonly groups: readonly SpendGroup[]
  /** The groups beyond those, together. */
  readonly rest: SpendShare | null
  /** What carries no such tag. */
  readonly untagged: SpendShare | null
  /** Charges taken back, which the other figures do not subtract. */
  readonly reversed: SpendShare | null
}

export interface SpendShare {
  readonly amount: string
  readonly count: number
}

export interface SpendGroup extends SpendShare {
  readonly key: string
}

export function useSpend({ from, to }: TimeRange, by: SpendGrouping) {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['money', 'spend', from, to, by],
    queryFn: () => api.get<Spend>('/spend', { from, to, by }),
    placeholderData: keepPreviousData,
  })
}
