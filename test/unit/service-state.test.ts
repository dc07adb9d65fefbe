import { expect, test } from 'vitest'
import { micros } from '../../billing/money.ts'
import { serviceState } from '../../billing/service-state.ts'

test.each([
  ['active', 1n, 'active', null],
  ['active', 0n, 'stopped', 'no_credit'],
  ['active', -1n, 'stopped', 'no_credit'],
  ['suspended', 5_000_000n, 'stopped', 'account_suspended'],
  ['suspended', -1n, 'stopped', 'account_suspended'],
  ['closed', 5_000_000n, 'stopped', 'account_closed'],
] as const)(
  'an account that is %s with %s micros available is %s (%s)',
  (status, available, service, reason) => {
    expect(serviceState({ status, available: micros(available) })).toEqual({ service, reason })
  },
)
