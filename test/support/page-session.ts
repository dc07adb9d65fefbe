import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import type { PageTokenKey } from '../../config/page-config.ts'
import type { PageRole } from '../../db/page-sessions.ts'
import type { Json, Web } from './web.ts'

const secret = createSecretKey(Buffer.alloc(32, 7))
const pair = generateKeyPairSync('ed25519')

/** What the CRM of a test signs with. */
export const SIGNING_KEYS = { 'crm-1': secret, 'crm-2': pair.privateKey } as const

export const PAGE_TOKEN_KEYS: readonly PageTokenKey[] = [
  { id: 'crm-1', algorithm: 'HS256', key: secret },
  { id: 'crm-2', algorithm: 'EdDSA', key: pair.publicKey },
]

let tokens = 0

/** Claims of a token that opens acct_a for a manager for a minute; each has an id of its own. */
export function pageClaims({ clock }: Pick<Web, 'clock'>, changed: Record<string, unknown> = {}) {
  tokens += 1
  const nowSeconds = Math.floor(clock.now().getTime() / 1_000)
  return {
    account: 'acct_a',
    role: 'manager',
    sub: 'kim@crm.example',
    name: 'Kim Lee',
    jti: `token-${tokens}`,
    iat: nowSeconds,
    exp: nowSeconds + 60,
    ...changed,
  }
}

export async function signPageToken(
  claims: Record<string, unknown>,
  kid: keyof typeof SIGNING_KEYS = 'crm-1',
): Promise<string> {
  const alg = kid === 'crm-1' ? 'HS256' : 'EdDSA'
  return await new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(SIGNING_KEYS[kid])
}

/** A browser with the billing page open. */
export interface BrowserSession {
  /** As the browser sends it. */
  readonly cookie: string
  /** What GET /v1/session says. */
  readonly session: Json
  /** Sends a request as the page does, with the token against forgery and without a key. */
  send(path: string, request?: RequestInit): Promise<Response>
}

/** Opens the billing page as the CRM has its users do. */
export async function openSession(
  { web, clock }: Pick<Web, 'web' | 'clock'>,
  who: { account?: string; role?: PageRole; user?: string } = {},
): Promise<BrowserSession> {
  const { account = 'acct_a', role = 'manager', user = 'kim@crm.example' } = who
  const token = await signPageToken(pageClaims({ clock }, { account, role, sub: user }))
  const opened = await fetch(`${web.url}/billing?token=${token}`, { redirect: 'manual' })
  const [cookie = ''] = opened.headers.getSetCookie().map((set) => set.split(';')[0] ?? '')
  const session: Json = await (await fetch(`${web.url}/v1/session`, { headers: { cookie } })).json()
  return {
    cookie,
    session,
    send: (path, request = {}) =>
      fetch(`${web.url}${path}`, {
        redirect: 'manual',
        ...request,
        headers: { cookie, origin: web.url, 'x-csrf-token': session.csrfToken, ...request.headers },
      }),
  }
}
