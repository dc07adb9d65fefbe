import type { Migration } from 'kysely/migration'
import * as ledger from './0001-ledger.ts'
import * as payments from './0002-payments.ts'
import * as nightly from './0003-nightly.ts'
import * as holds from './0004-holds.ts'
import * as servicePolicies from './0005-service-policies.ts'
import * as serviceStates from './0006-service-states.ts'
import * as pageSessions from './0007-page-sessions.ts'
import * as activity from './0008-activity.ts'
import * as operators from './0009-operators.ts'
import * as accountHolds from './0010-account-holds.ts'

/** Every migration by name, oldest first. A migration that has been released is frozen: mend it with another one. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-ledger': ledger,
  '0002-payments': payments,
  '0003-nightly': nightly,
  '0004-holds': holds,
  '0005-service-policies': servicePolicies,
  '0006-service-states': serviceStates,
  '0007-page-sessions': pageSessions,
  '0008-activity': activity,
  '0009-operators': operators,
  '0010-account-holds': accountHolds,
}
