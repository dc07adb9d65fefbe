import type { Micros } from './money.ts'

export type ServiceState =
  | { readonly service: 'active'; readonly reason: null }
  | { readonly service: 'stopped'; readonly reason: 'no_credit' | 'account_suspended' | 'account_closed' }

/** Whether an account may call and text: it must be active and have available credit above zero. */
export function serviceState(account: {
  readonly status: 'active' | 'suspended' | 'closed'
  /** The balance less what is held and reserved. */
  readonly available: Micros
}): ServiceState {
  if (account.status === 'closed') return { service: 'stopped', reason: 'account_closed' }
  if (account.status === 'suspended') return { service: 'stopped', reason: 'account_suspended' }
  if (account.available <= 0n) return { service: 'stopped', reason: 'no_credit' }
  return { service: 'active', reason: null }
}
