import { picos } from '../../billing/picos.ts'
import { flatRate } from './usage.ts'

/** A number costs 3 USD when it is bought and 2 USD a month; one that begins with 1800 costs 5 USD a month. */
export const NUMBER_RATES = [
  flatRate({ row: 1, item: 'phone_number', kind: 'purchase', setupFee: picos(3_000_000_000_000n) }),
  flatRate({ row: 2, item: 'phone_number', kind: 'renewal', setupFee: picos(2_000_000_000_000n) }),
  flatRate({
    row: 3,
    item: 'phone_number',
    kind: 'renewal',
    prefix: '1800',
    setupFee: picos(5_000_000_000_000n),
  }),
]
