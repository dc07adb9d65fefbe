import type { FastifyRequest } from 'fastify'
import { accountStatuses } from '../db/accounts.ts'
import type { Db } from '../db/connect.ts'
import { accountIn, unknownAccount } from './parameters.ts'

/** The account in the address, which there is. Asked before anything of the request is looked at. */
export async function requireAccount(db: Db, request: FastifyRequest): Promise<string> {
  const account = accountIn(request)
  const known = await accountStatuses(db, [account])
  if (known.has(account)) return account
  throw unknownAccount()
}
