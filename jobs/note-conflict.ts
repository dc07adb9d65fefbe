import { noteFinding } from '../db/findings.ts'
import type { Tx } from '../db/transaction.ts'
import type { PaymentDeps } from './payment-deps.ts'

/** The same thing at Stripe was posted with another amount before: quarantined, and for a person to decide. */
export async function noteConflict(
  tx: Tx,
  { log, clock, newId }: PaymentDeps,
  { account, subject }: { account: string; subject: string },
): Promise<void> {
  log.error({ alert: true, account, subject }, 'a movement at Stripe conflicts with its entry')
  await noteFinding(
    tx,
    { kind: 'entry_conflict', subject, severity: 'critical', evidence: {}, account },
    { id: newId(), now: clock.now() },
  )
}
