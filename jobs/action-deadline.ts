import type { Topup } from '../db/topups.ts'
import { msAfter } from './payment-deps.ts'

/** How long a customer has to authenticate: on the page, or after a mail. */
const ACTION_DEADLINE_MS = { manual: 3_600_000, auto: 72 * 3_600_000 } as const

/** Until when the customer may authenticate a payment; it is cancelled then. */
export function actionDeadline({ origin, createdAt }: Pick<Topup, 'origin' | 'createdAt'>): Date {
  return msAfter(createdAt, ACTION_DEADLINE_MS[origin])
}
