import { makeStatements } from './make-statements.ts'
import { activityIndex } from './nightly/activity-index.ts'
import { expiringCards } from './nightly/expiring-cards.ts'
import { ledgerProof } from './nightly/ledger-proof.ts'
import { retention } from './nightly/retention.ts'
import { stripeReconciliation } from './nightly/stripe-reconciliation.ts'
import { unratedUsage } from './nightly/unrated-usage.ts'
import type { RunDefinition } from './nightly-run.ts'
import { renewals } from './renewals.ts'

/** Every kind of nightly run. */
export const runs: readonly RunDefinition[] = [
  stripeReconciliation,
  ledgerProof,
  unratedUsage,
  expiringCards,
  retention,
  renewals,
  makeStatements,
  activityIndex,
]
