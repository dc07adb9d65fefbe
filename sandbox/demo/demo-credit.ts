import { parseUsd } from '../../billing/money.ts'
import type { NewId } from '../../config/clock.ts'
import type { AccountOverview } from '../../db/account-overview.ts'
import { noteRechargeNeed } from '../../db/accounts.ts'
import type { Db } from '../../db/connect.ts'
import { promote } from '../../db/corrections.ts'
import { inTransaction } from '../../db/transaction.ts'

export const DEMO_CREDIT = parseUsd('25')
/** Long enough to see an account below its threshold. */
const PATIENCE_MS = 10_000

/**
 * Gives credit to accounts that need a recharge since a while, so that the demo goes on by itself. Resolves with the
 * accounts that got some.
 */
export async function giveDemoCredit(
  db: Db,
  overviews: readonly AccountOverview[],
  { now, newId }: { now: Date; newId: NewId },
): Promise<string[]> {
  const given: string[] = []
  for (const { id, rechargeNeededAt } of overviews) {
    if (!rechargeNeededAt || now.getTime() - rechargeNeededAt.getTime() < PATIENCE_MS) continue
    const credit = {
      account: id,
      id: `demo-${newId()}`,
      amount: DEMO_CREDIT,
      reason: 'the demo goes on',
      postedBy: 'demo',
    }
    await inTransaction(db, async (tx) => {
      await promote(tx, credit, now)
      await noteRechargeNeed(tx, id, now)
    })
    given.push(id)
  }
  return given
}
