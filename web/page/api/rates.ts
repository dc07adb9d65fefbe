import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useAccountApi } from './account-api.ts'

export interface Country {
  readonly code: string
  readonly name: string
}

export interface Price {
  readonly slots: readonly PriceSlot[]
  readonly setupFee: string
  readonly surcharge: string
  readonly minimumSeconds: number
  readonly unit: 'time' | 'segment' | 'event'
}

/** What time costs from some second of a call on. */
export interface PriceSlot {
  readonly fromSecond: number
  readonly rate: string
  readonly perSeconds: number
  readonly incrementSeconds: number
}

export interface PriceExample {
  readonly text: string
  readonly amount: string
}

export interface Rate {
  readonly item: string
  readonly kind: string | null
  /** Empty for every number, `short:` for short codes. */
  readonly prefix: string
  readonly country: Country | null
  readonly description: string | null
  readonly from: 'account' | 'standard'
  readonly status: 'priced' | 'blocked'
  readonly price: Price | null
  readonly example: PriceExample | null
  readonly change: { readonly at: string; readonly example: PriceExample | null } | null
}

interface RatePage {
  readonly rates: readonly Rate[]
  readonly next: string | null
}

/** The account's rates, by country, prefix or a part of the description. */
export function useRates(search: string, isWanted: boolean) {
  const api = useAccountApi()
  return useInfiniteQuery({
    queryKey: ['rates', search],
    enabled: isWanted,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => api.get<RatePage>('/rates', { search, cursor: pageParam, limit: 50 }),
    getNextPageParam: ({ next }) => next,
  })
}

/** What one number costs. */
export interface NumberRates {
  readonly number: string
  readonly country: Country | null
  readonly rates: readonly NumberRate[]
}

export interface NumberRate {
  readonly item: string
  readonly kind: string | null
  readonly status: 'priced' | 'blocked' | 'no_rate'
  readonly message: string | null
  readonly from: 'account' | 'standard' | null
  readonly description: string | null
  readonly price: Price | null
  readonly example: PriceExample | null
}

export function useNumberRates(number: string | null) {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['number-rates', number],
    enabled: number !== null,
    queryFn: () => api.get<NumberRates>('/rates', { number }),
  })
}
