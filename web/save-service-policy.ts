import { checkServicePolicy } from '../billing/check-service-policy.ts'
import { lockAccount } from '../db/lock-account.ts'
import { type AccountPolicy, readServicePolicy, saveServicePolicy } from '../db/service-policies.ts'
import { inTransaction } from '../db/transaction.ts'
import { unknownAccount } from './parameters.ts'
import { invalidValues, Problem } from './problem.ts'
import type { WebContext } from './route.ts'

export interface NewPolicy {
  readonly account: string
  /** As it came out of JSON. */
  readonly body: unknown
  readonly by: string
  /** Whether the policy is still the one that the client means. */
  isMeant(before: AccountPolicy): boolean
}

/** Replaces an account's service policy; the next decision about a call goes by it. Throws the problem that nothing was saved. */
export async function replaceServicePolicy(
  { db, clock, newId }: Pick<WebContext, 'db' | 'clock' | 'newId'>,
  { account, body, by, isMeant }: NewPolicy,
): Promise<AccountPolicy> {
  return await inTransaction(db, async (tx) => {
    await lockAccount(tx, account)
    const before = await readServicePolicy(tx, account)
    if (!before) throw unknownAccount()
    if (!isMeant(before)) {
      throw new Problem('changed-meanwhile', {
        detail: 'the policy was changed since you read it: read it again',
      })
    }
    const checked = checkServicePolicy(body)
    if ('faults' in checked) throw invalidValues(checked.faults)
    const { policy } = checked
    await saveServicePolicy(tx, { account, policy, by }, { id: newId(), now: clock.now() })
    return { ...before, policy }
  })
}
