import { systemClock, systemNewId } from '../../config/clock.ts'
import type { Db } from '../../db/connect.ts'
import { revokeServiceKey } from '../../db/service-keys.ts'
import { issueServiceKey, recogniseServiceKey, SCOPES } from '../../web/service-key.ts'
import { readPrivateFile, writePrivateFile } from '../private-file.ts'

const NAME = 'npm-start-demo'

/** A service key with every scope: the one kept in `file`, or a new one where that is gone or was revoked. */
export async function demoServiceKey(db: Db, file: string): Promise<string> {
  const kept = await readPrivateFile(file)
  if (kept !== undefined && (await recogniseServiceKey(db, kept, systemClock.now()))) return kept
  await revokeServiceKey(db, NAME, systemClock.now())
  const tools = { clock: systemClock, newId: systemNewId }
  const key = await issueServiceKey(db, { name: NAME, scopes: SCOPES }, tools)
  if (key === null) throw new Error(`another process just made a service key named ${NAME}: start again`)
  await writePrivateFile(file, key)
  return key
}
