import { advanceTopup } from './advance-topup.ts'
import { applyStripeEvent } from './apply-stripe-event.ts'
import { chargeUsage } from './charge-usage.ts'
import type { Job } from './define-job.ts'
import { deliverServiceEvents } from './deliver-service-events.ts'
import { rechargeAccount } from './recharge-account.ts'
import { reconcilePayments } from './reconcile-payments.ts'
import { renewAccount } from './renew-account.ts'
import { rerateUnrated } from './rerate-unrated.ts'
import { runNightly } from './run-nightly.ts'
import { sendMail } from './send-mail.ts'
import { updateServiceState } from './update-service-state.ts'

/** Every job there is. A worker refuses to start with two of one name. */
export const jobs: readonly Job[] = [
  chargeUsage,
  rechargeAccount,
  renewAccount,
  advanceTopup,
  applyStripeEvent,
  reconcilePayments,
  sendMail,
  runNightly,
  updateServiceState,
  deliverServiceEvents,
  rerateUnrated,
]
