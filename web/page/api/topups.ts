import { useQuery } from '@tanstack/react-query'
import { useAccountApi } from './account-api.ts'

export interface Topup {
  readonly id: string
  readonly origin: 'manual' | 'auto'
  readonly status: 'processing' | 'requires_action' | 'unknown' | 'succeeded' | 'failed' | 'canceled'
  readonly amount: string
  readonly reason: string | null
  /** The reason in plain words. */
  readonly message: string | null
  readonly requestedBy: string | null
  readonly createdAt: string
  readonly settledAt: string | null
}

/** With `requires_action` the secret lets this browser finish the payment at Stripe. */
export interface TopupWithSecret extends Topup {
  readonly clientSecret: string | null
}

const POLL_MS = 1_500

/** Whether nothing will change any more. */
export function isSettled({ status }: Topup): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'canceled'
}

export function useTopups() {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['money', 'topups'],
    queryFn: async () => (await api.get<{ topups: readonly Topup[] }>('/topups', { limit: 20 })).topups,
  })
}

/** One top-up, asked for again and again until it has ended. */
export function useTopup(id: string | null) {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['topup', id],
    enabled: id !== null,
    queryFn: () => api.get<TopupWithSecret>(`/topups/${id}`),
    refetchInterval: ({ state }) => (state.data && isSettled(state.data) ? false : POLL_MS),
  })
}
