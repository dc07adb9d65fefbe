import { checkServicePolicy } from '../billing/check-service-policy.ts'
import { DEFAULT_SERVICE_POLICY, type ServicePolicy } from '../billing/service-policy.ts'
import { policyJson } from '../billing/service-policy-json.ts'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

export interface AccountPolicy {
  readonly policy: ServicePolicy
  /** When the account was made: new ones have smaller limits. */
  readonly createdAt: Date
}

/** The policy in force for an account: the default one where none was saved. Null when there is no such account. */
export async function readServicePolicy(db: Db | Tx, account: string): Promise<AccountPolicy | null> {
  const row = await db
    .selectFrom('accounts as a')
    .leftJoin('service_policies as p', 'p.account_id', 'a.id')
    .select(['a.created_at', 'p.policy'])
    .where('a.id', '=', account)
    .executeTakeFirst()
  return row ? { policy: storedPolicy(row.policy), createdAt: row.created_at } : null
}

/** A policy of the column `service_policies.policy`; null, where an account has no row, stands for the default one. */
export function storedPolicy(policy: unknown): ServicePolicy {
  if (policy === null) return DEFAULT_SERVICE_POLICY
  const checked = checkServicePolicy(policy)
  if ('policy' in checked) return checked.policy
  const faults = checked.faults.map(({ field, rule }) => `${field} ${rule}`).join(', ')
  throw new Error(`a stored service policy breaks its rules: ${faults}`)
}

/** Saves a policy as a whole, with who and when. The account must be locked. */
export async function saveServicePolicy(
  tx: Tx,
  { account, policy, by }: { account: string; policy: ServicePolicy; by: string },
  { id, now }: { id: string; now: Date },
): Promise<void> {
  const stored = { policy: JSON.stringify(policyJson(policy)), updated_at: now }
  await tx
    .insertInto('service_policies')
    .values({ account_id: account, ...stored })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(stored))
    .execute()
  await tx
    .insertInto('service_policy_changes')
    .values({ account_id: account, id, changed_at: now, changed_by: by, policy: stored.policy })
    .execute()
}
