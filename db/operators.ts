import type { Db } from './connect.ts'
import type { OperatorRole } from './operators-schema.ts'
import { inTransaction } from './transaction.ts'

/** Somebody who runs this installation. */
export interface Operator {
  readonly name: string
  readonly role: OperatorRole
}

/** Stores an operator; false when the name is taken, by a disabled one too. */
export async function storeOperator(
  db: Db,
  operator: Operator & { passwordHash: string },
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('operators')
    .values({
      name: operator.name,
      role: operator.role,
      password_hash: operator.passwordHash,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** The hash of an operator's password; null when there is none of the name, or it is disabled. */
export async function readPasswordHash(db: Db, name: string): Promise<string | null> {
  const row = await db
    .selectFrom('operators')
    .select('password_hash')
    .where('name', '=', name)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row?.password_hash ?? null
}

/** Gives an operator another password, and ends its sessions; false when there is none of the name. */
export async function changePassword(db: Db, name: string, passwordHash: string): Promise<boolean> {
  return await inTransaction(db, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('operators')
      .set({ password_hash: passwordHash, disabled_at: null })
      .where('name', '=', name)
      .executeTakeFirst()
    await tx.deleteFrom('operator_sessions').where('operator', '=', name).execute()
    return numUpdatedRows === 1n
  })
}

/** Ends an operator's sessions and refuses its log-ins; false when no operator in force has the name. */
export async function disableOperator(db: Db, name: string, now: Date): Promise<boolean> {
  return await inTransaction(db, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('operators')
      .set({ disabled_at: now })
      .where('name', '=', name)
      .where('disabled_at', 'is', null)
      .executeTakeFirst()
    await tx.deleteFrom('operator_sessions').where('operator', '=', name).execute()
    return numUpdatedRows === 1n
  })
}

/** Stores a session by the hash of its token, and forgets those that are over. */
export async function storeOperatorSession(
  db: Db,
  session: { operator: string; tokenSha256: Buffer; expiresAt: Date },
  now: Date,
): Promise<void> {
  await db.deleteFrom('operator_sessions').where('expires_at', '<=', now).execute()
  await db
    .insertInto('operator_sessions')
    .values({
      token_sha256: session.tokenSha256,
      operator: session.operator,
      created_at: now,
      expires_at: session.expiresAt,
    })
    .execute()
}

/** Whose session it is, unless it is over or its operator is disabled. */
export async function findOperatorBySession(
  db: Db,
  tokenSha256: Buffer,
  now: Date,
): Promise<Operator | null> {
  const row = await db
    .selectFrom('operator_sessions')
    .innerJoin('operators', 'operators.name', 'operator_sessions.operator')
    .select(['operators.name', 'operators.role'])
    .where('token_sha256', '=', tokenSha256)
    .where('expires_at', '>', now)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

export async function endOperatorSession(db: Db, tokenSha256: Buffer): Promise<void> {
  await db.deleteFrom('operator_sessions').where('token_sha256', '=', tokenSha256).execute()
}
