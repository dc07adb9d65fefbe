import { sql } from 'kysely'
import type { Db } from '../../db/connect.ts'
import { checkInvariants } from '../../db/invariants.ts'
import type { Ledger } from './ledgers.ts'
import type { Rig } from './rig.ts'

/** Starts the check of a ledger that nobody works on any more; when it is well, the ledger goes. */
export function checkAndDrop(rig: Rig, ledger: Ledger, wanted: { scenario: string; charged: number }): void {
  rig.aftercare.add(checkLedger(ledger.db, wanted).then(ledger.drop))
}

/** Throws unless exactly this many records were charged, each once, and every rule of the ledger holds. */
async function checkLedger(
  db: Db,
  { scenario, charged: expected }: { scenario: string; charged: number },
): Promise<void> {
  const { rows } = await sql<{ stored: bigint; charged: bigint; unrated: bigint }>`
    select (select count(*) from usage_records) as stored,
      (select count(*) from entries where source like 'usage/%') as charged,
      (select count(*) from unrated_usage) as unrated`.execute(db)
  const counts = rows[0]
  if (counts?.stored !== BigInt(expected) || counts.charged !== BigInt(expected) || counts.unrated !== 0n) {
    throw new Error(
      `${scenario}: ${expected} records were to be charged, but ${counts?.stored} are stored, ` +
        `${counts?.charged} charged and ${counts?.unrated} unrated`,
    )
  }
  const findings = await checkInvariants(db)
  if (findings.length > 0) throw new Error(`${scenario}: the ledger is broken: ${findings[0]?.invariant}`)
}
