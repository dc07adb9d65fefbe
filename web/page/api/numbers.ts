import { useInfiniteQuery } from '@tanstack/react-query'
import { useAccountApi } from './account-api.ts'

export interface PhoneNumber {
  readonly number: string
  readonly state: 'active' | 'grace' | 'suspended' | 'released' | 'ported_out'
  readonly since: string
  readonly boughtAt: string
  readonly nextRenewal: { readonly startsAt: string; readonly price: string | null } | null
}

interface Page {
  readonly numbers: readonly PhoneNumber[]
  readonly next: string | null
}

export function useNumbers() {
  const api = useAccountApi()
  return useInfiniteQuery({
    queryKey: ['numbers'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => api.get<Page>('/numbers', { cursor: pageParam, limit: 100 }),
    getNextPageParam: ({ next }) => next,
  })
}
