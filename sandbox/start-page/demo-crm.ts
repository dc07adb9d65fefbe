import { createSecretKey, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { systemClock, systemNewId } from '../../config/clock.ts'
import type { PageTokenKey } from '../../config/page-config.ts'
import type { PageRole } from '../../db/page-sessions.ts'
import { readPrivateFile, writePrivateFile } from '../private-file.ts'

const KEY_ID = 'npm-start-demo'
const KEY_BYTES = 32
const VALID_SECONDS = 60

const PEOPLE: Readonly<Record<PageRole, { readonly sub: string; readonly name: string }>> = {
  manager: { sub: 'morgan@demo.example', name: 'Morgan Diaz' },
  viewer: { sub: 'vic@demo.example', name: 'Vic Chen' },
}

/** Stands in for the CRM: it sends people to the billing page of an account. */
export interface DemoCrm {
  /** What the web server must know to believe it. */
  readonly tokenKey: PageTokenKey
  /** A token that opens the page of an account once, within a minute. */
  signToken(account: string, role: PageRole): Promise<string>
}

/** With the key kept in `file`, or a new one. */
export async function demoCrm(file: string): Promise<DemoCrm> {
  const key = createSecretKey(Buffer.from(await keptSecret(file), 'base64url'))
  return {
    tokenKey: { id: KEY_ID, algorithm: 'HS256', key },
    signToken: async (account, role) => {
      const issuedAt = Math.floor(systemClock.now().getTime() / 1_000)
      return await new SignJWT({ account, role, ...PEOPLE[role], jti: systemNewId() })
        .setProtectedHeader({ alg: 'HS256', kid: KEY_ID })
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + VALID_SECONDS)
        .sign(key)
    },
  }
}

async function keptSecret(file: string): Promise<string> {
  const kept = await readPrivateFile(file)
  if (kept !== undefined) return kept
  const secret = randomBytes(KEY_BYTES).toString('base64url')
  await writePrivateFile(file, secret)
  return secret
}
