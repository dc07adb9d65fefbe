import { accountStatuses } from '../db/accounts.ts'
import type { Db } from '../db/connect.ts'
import { Refused } from './command.ts'

/** Throws Refused where there is no such account, before anything is done in its name. */
export async function requireAccount(db: Db, account: string): Promise<void> {
  const known = await accountStatuses(db, [account])
  if (known.has(account)) return
  throw new Refused(`there is no account ${account}: open it first with npm run -s create-account`)
}
