import { createHash } from 'node:crypto'
import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** What a link leads to. */
export interface FixLink {
  readonly account: string
  /** The top-up that failed, where the mail told of one. */
  readonly topup: string | null
}

const VALID_MS = 7 * 24 * 3_600_000

/** Keeps a link by the hash of its token, which is in the mail alone; valid for 7 days. */
export async function createFixLink(tx: Tx, link: FixLink & { token: string }, now: Date): Promise<void> {
  await tx
    .insertInto('fix_links')
    .values({
      token_sha256: hash(link.token),
      account_id: link.account,
      topup_id: link.topup,
      created_at: now,
      expires_at: new Date(now.getTime() + VALID_MS),
    })
    .execute()
}

/** What a link leads to while it may still be used. Uses nothing up: mail programs open links before people do. */
export async function findFixLink(db: Db | Tx, token: string, now: Date): Promise<FixLink | null> {
  const row = await db
    .selectFrom('fix_links')
    .select(['account_id', 'topup_id'])
    .where('token_sha256', '=', hash(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row ? { account: row.account_id, topup: row.topup_id } : null
}

/** Uses a link up; null when it was used, has expired or never was. Of several uses at once one gets it. */
export async function useFixLink(tx: Tx, token: string, now: Date): Promise<FixLink | null> {
  const row = await tx
    .updateTable('fix_links')
    .set({ used_at: now })
    .where('token_sha256', '=', hash(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['account_id', 'topup_id'])
    .executeTakeFirst()
  return row ? { account: row.account_id, topup: row.topup_id } : null
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
