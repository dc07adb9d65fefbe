import { errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { ACCOUNT_ID } from '../billing/parse-usage-record.ts'
import type { PageTokenKey } from '../config/page-config.ts'
import type { PageVisitor } from '../db/page-sessions.ts'

/** What a token of the CRM says: whom it sends, and under which id it may be used once. */
export interface PageToken {
  /** Of the token, and of its key. */
  readonly id: string
  readonly visitor: PageVisitor
}

const AHEAD_MAX_SECONDS = 300
/** By how much the CRM's clock may run ahead of ours. */
const SKEW_MAX_SECONDS = 60

const readable = z.string().regex(/^[^\p{C}]{1,100}$/u)

const claimsSchema = z.object({
  account: z.string().regex(ACCOUNT_ID),
  role: z.enum(['viewer', 'manager']),
  sub: readable,
  name: readable,
  jti: z.string().min(1).max(255),
  exp: z.number(),
  iat: z.number().optional(),
})

/**
 * Reads a token that one of the keys signed, by the algorithm of that key, and that is valid now and for 5 minutes at most.
 * What is wrong with another one is for the log: it holds nothing of the token.
 */
export async function readPageToken(
  token: string,
  { keys, now }: { keys: readonly PageTokenKey[]; now: Date },
): Promise<PageToken | { readonly fault: string }> {
  const verified = await verify(token, { keys, now })
  if ('fault' in verified) return verified
  const claims = claimsSchema.safeParse(verified.payload)
  if (!claims.success) return { fault: `claim ${claims.error.issues[0]?.path.join('.') ?? ''} is not valid` }
  const { account, role, sub, name, jti, exp, iat } = claims.data
  const nowSeconds = now.getTime() / 1_000
  if (exp > nowSeconds + AHEAD_MAX_SECONDS) return { fault: 'exp is more than 5 minutes ahead' }
  if (iat !== undefined && iat > nowSeconds + SKEW_MAX_SECONDS) return { fault: 'iat is in the future' }
  return { id: `${verified.key.id}/${jti}`, visitor: { account, role, user: sub, name } }
}

async function verify(
  token: string,
  { keys, now }: { keys: readonly PageTokenKey[]; now: Date },
): Promise<{ payload: unknown; key: PageTokenKey } | { fault: string }> {
  let used: PageTokenKey | undefined
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid, alg }) => {
        used = keys.find(({ id, algorithm }) => id === kid && algorithm === alg)
        if (used) return used.key
        throw new errors.JWKSNoMatchingKey('no key with this id and algorithm')
      },
      { algorithms: ['HS256', 'EdDSA'], currentDate: now },
    )
    return used ? { payload, key: used } : { fault: 'no key was asked for' }
  } catch (error) {
    if (error instanceof errors.JOSEError) return { fault: error.code }
    throw error
  }
}
