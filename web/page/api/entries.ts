import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useAccountApi } from './account-api.ts'

/** One line of the ledger. */
export interface Entry {
  readonly id: string
  readonly item: string
  readonly kind: string | null
  readonly amount: string
  readonly balanceAfter: string
  readonly occurredAt: string
  readonly postedAt: string
  readonly source: string
  readonly description: string
  /** The arithmetic of a charge, a sentence each. */
  readonly steps: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly from: string | null
  readonly to: string | null
  readonly callId: string | null
}

/** What narrows the activity; null and empty parts do not. */
export interface EntryFilter {
  readonly from: string | null
  readonly to: string | null
  readonly show: 'all' | 'debits' | 'credits'
  readonly item: string | null
  readonly number: string | null
  readonly callId: string | null
}

interface Page {
  readonly entries: readonly Entry[]
  readonly next: string | null
}

const PAGE_LENGTH = 50

export function useEntries(filter: EntryFilter) {
  const api = useAccountApi()
  return useInfiniteQuery({
    queryKey: ['money', 'entries', filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      api.get<Page>('/entries', { ...filter, cursor: pageParam, limit: PAGE_LENGTH }),
    getNextPageParam: ({ next }) => next,
  })
}

/** A call with everything that belongs to it, what was free too. */
export interface CallActivity {
  readonly total: string
  readonly records: readonly CallRecord[]
}

export interface CallRecord {
  readonly id: string
  readonly item: string
  readonly kind: string | null
  readonly from: string
  readonly to: string
  readonly occurredAt: string
  readonly durationMs: number | null
  readonly amount: string
  readonly description: string
  /** Null for what cost nothing. */
  readonly entry: string | null
}

/** The call that a line belongs to; null for what is no part of a call. */
export function callOf({ item, callId, source }: Entry): string | null {
  if (callId !== null) return callId
  return item === 'phone_call' && source.startsWith('usage/') ? source.slice('usage/'.length) : null
}

export function useCall(callId: string) {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['call', callId],
    queryFn: () => api.get<CallActivity>(`/calls/${encodeURIComponent(callId)}`),
  })
}
