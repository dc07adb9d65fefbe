import { countRefusals, type LoginTry, noteRefusal } from '../../db/operator-log.ts'
import { readPasswordHash } from '../../db/operators.ts'
import type { WebContext } from '../route.ts'
import { isPasswordOf } from './operator-password.ts'
import { openOperatorSession } from './operator-session.ts'

const WINDOW_MS = 15 * 60_000
const KEPT_MS = 24 * 3_600_000
/** Refusals in the window after which no password is looked at. The last keeps a distributed guess slow. */
const MAX = { ofBoth: 5, ofAddress: 20, ofName: 50 }

export type LoginResult =
  | { readonly kind: 'in'; readonly token: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'too_many' }

/** Opens a session for who knows an operator's password. Wrong names and wrong passwords look the same, in time too. */
export async function logIn(
  { db, clock, newId, log }: Pick<WebContext, 'db' | 'clock' | 'newId' | 'log'>,
  { password, ...who }: LoginTry & { password: string },
): Promise<LoginResult> {
  const now = clock.now()
  const counts = await countRefusals(db, who, new Date(now.getTime() - WINDOW_MS))
  const isOver =
    counts.ofBoth >= MAX.ofBoth || counts.ofAddress >= MAX.ofAddress || counts.ofName >= MAX.ofName
  if (isOver) {
    log.warn({ address: who.address }, 'operator log-in not looked at: too many were refused')
    return { kind: 'too_many' }
  }
  if (!(await isPasswordOf(await readPasswordHash(db, who.name), password))) {
    await noteRefusal(db, { ...who, id: newId(), now, keepSince: new Date(now.getTime() - KEPT_MS) })
    log.warn({ address: who.address }, 'operator log-in refused')
    return { kind: 'refused' }
  }
  log.info({ operator: who.name, address: who.address }, 'operator logged in')
  return { kind: 'in', token: await openOperatorSession(db, who.name, now) }
}
