import { chargeUsage } from './charge-usage.ts'
import type { Job } from './define-job.ts'
import { rechargeAccount } from './recharge-account.ts'

/** Every job there is. A worker refuses to start with two of one name. */
export const jobs: readonly Job[] = [chargeUsage, rechargeAccount]
