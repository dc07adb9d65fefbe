import { noteOperatorAction } from '../../db/operator-log.ts'
import type { WebContext } from '../route.ts'
import type { OpsCall } from './ops-page.ts'

/** Keeps what an operator is about to do, in the database and the log: an action that nobody can be asked about is not done. */
export async function noteAction(
  { db, clock, newId, log }: Pick<WebContext, 'db' | 'clock' | 'newId' | 'log'>,
  { session }: Pick<OpsCall, 'session'>,
  { action, subject, detail = null }: { action: string; subject: string; detail?: string | null },
): Promise<void> {
  const operator = session.operator.name
  await noteOperatorAction(db, { operator, action, subject, detail }, { id: newId(), now: clock.now() })
  log.info({ operator, action, subject, reason: detail }, 'operator action')
}
