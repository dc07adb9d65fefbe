import type { Migration } from 'kysely/migration'
import * as ledger from './0001-ledger.ts'
import * as payments from './0002-payments.ts'
import * as nightly from './0003-nightly.ts'

/** Every migration by name, oldest first. A migration that has been released is frozen: mend it with another one. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-ledger': ledger,
  '0002-payments': payments,
  '0003-nightly': nightly,
}
