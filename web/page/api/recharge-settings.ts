import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Query, useAccountApi } from './account-api.ts'
import { readJson } from './send.ts'

export interface RechargeSettings {
  readonly enabled: boolean
  readonly amount: string
  readonly threshold: string
  readonly emails: readonly string[]
  readonly caps: RechargeCaps
}

export interface RechargeCaps {
  readonly day: Cap
  readonly week: Cap
  readonly month: Cap
}

export interface Cap {
  readonly count: number
  readonly amount: string
}

/** The settings as they are stored, with the version that a change of them has to name. */
export interface StoredSettings extends RechargeSettings {
  readonly pausedMessage: string | null
  readonly nextTryAt: string | null
  /** Null before they were saved for the first time. */
  readonly lastChange: { readonly by: string; readonly at: string } | null
  readonly version: string
}

export function useRechargeSettings() {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['recharge-settings'],
    queryFn: async () => await readSettings(await api.fetch('/recharge-settings')),
  })
}

export async function readSettings(answer: Response): Promise<StoredSettings> {
  return {
    ...(await readJson<Omit<StoredSettings, 'version'>>(answer)),
    version: answer.headers.get('etag') ?? '',
  }
}

/** What settings would have done in the last 30 days, and what did happen. */
export interface RechargePreview {
  readonly count: number
  readonly total: string
  readonly lowestBalance: string | null
  readonly daysBelowZero: number
  readonly actual: { readonly count: number; readonly total: string }
}

/** Asks for nothing while the settings break a rule. */
export function useRechargePreview(settings: Omit<RechargeSettings, 'enabled' | 'emails'> | null) {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['recharge-preview', settings],
    enabled: settings !== null,
    queryFn: () => api.get<RechargePreview>('/recharge-preview', settings ? previewQuery(settings) : {}),
    placeholderData: keepPreviousData,
  })
}

function previewQuery({ amount, threshold, caps }: Omit<RechargeSettings, 'enabled' | 'emails'>): Query {
  return {
    amount,
    threshold,
    dayCount: caps.day.count,
    dayAmount: caps.day.amount,
    weekCount: caps.week.count,
    weekAmount: caps.week.amount,
    monthCount: caps.month.count,
    monthAmount: caps.month.amount,
  }
}
