import { createHash } from 'node:crypto'
import type { Db } from './connect.ts'
import { inTransaction } from './transaction.ts'

export type PageRole = 'viewer' | 'manager'

/** Somebody whom the CRM sent to the billing page of one account. */
export interface PageVisitor {
  readonly account: string
  readonly role: PageRole
  /** The CRM's id of the person. */
  readonly user: string
  readonly name: string
}

export interface PageSession extends PageVisitor {
  /** When it ends whatever happens; it ends sooner when nobody uses it. */
  readonly endsAt: Date
}

export type BeginSession = 'begun' | 'token_used' | 'unknown_account'

const VALID_MS = 8 * 3_600_000
const IDLE_MAX_MS = 3_600_000
/** How exactly the last use is known. */
const SEEN_EVERY_MS = 60_000

/**
 * Uses a page token up and begins the session that it opens, kept by the hash of its secret. Of several uses of a token at
 * once one gets a session.
 */
export async function beginPageSession(
  db: Db,
  { token, secret, visitor }: { token: string; secret: string; visitor: PageVisitor },
  now: Date,
): Promise<BeginSession> {
  const { account, role, user, name } = visitor
  return await inTransaction(db, async (tx) => {
    const found = await tx.selectFrom('accounts').select('id').where('id', '=', account).executeTakeFirst()
    if (!found) return 'unknown_account'
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('used_page_tokens')
      .values({ token_sha256: hash(token), used_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows !== 1n) return 'token_used'
    const row = { account_id: account, role, user_id: user, user_name: name, created_at: now, seen_at: now }
    await tx
      .insertInto('page_sessions')
      .values({ ...row, secret_sha256: hash(secret) })
      .execute()
    return 'begun'
  })
}

/** The session with this secret, unless it has ended: after 8 hours, or an hour after its last use. */
export async function findPageSession(db: Db, secret: string, now: Date): Promise<PageSession | null> {
  const row = await db
    .selectFrom('page_sessions')
    .select(['account_id', 'role', 'user_id', 'user_name', 'created_at', 'seen_at'])
    .where('secret_sha256', '=', hash(secret))
    .where('created_at', '>', new Date(now.getTime() - VALID_MS))
    .where('seen_at', '>', new Date(now.getTime() - IDLE_MAX_MS))
    .executeTakeFirst()
  if (!row) return null
  if (row.seen_at.getTime() + SEEN_EVERY_MS <= now.getTime()) await noteSeen(db, secret, now)
  return {
    account: row.account_id,
    role: row.role,
    user: row.user_id,
    name: row.user_name,
    endsAt: new Date(row.created_at.getTime() + VALID_MS),
  }
}

async function noteSeen(db: Db, secret: string, now: Date): Promise<void> {
  await db
    .updateTable('page_sessions')
    .set({ seen_at: now })
    .where('secret_sha256', '=', hash(secret))
    .where('seen_at', '<', now)
    .execute()
}

/** Ends a session at once. */
export async function endPageSession(db: Db, secret: string): Promise<void> {
  await db.deleteFrom('page_sessions').where('secret_sha256', '=', hash(secret)).execute()
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
