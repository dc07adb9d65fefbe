import type { Clock } from '../../config/clock.ts'
import type { Db } from '../../db/connect.ts'
import { changePassword, type Operator, storeOperator } from '../../db/operators.ts'
import { hashPassword, newPassword } from './operator-password.ts'

/** `support` looks, `admin` acts too. */
export const OPERATOR_ROLES = ['support', 'admin'] as const

export const OPERATOR_NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/

/** Makes an operator. Answers with the password, which cannot be had again; null when the name is taken. */
export async function createOperator(db: Db, operator: Operator, clock: Clock): Promise<string | null> {
  const password = newPassword()
  const passwordHash = await hashPassword(password)
  return (await storeOperator(db, { ...operator, passwordHash }, clock.now())) ? password : null
}

/** Gives an operator another password and ends its sessions. Null when there is none of the name. */
export async function resetPassword(db: Db, name: string): Promise<string | null> {
  const password = newPassword()
  return (await changePassword(db, name, await hashPassword(password))) ? password : null
}
