import { systemClock } from '../../config/clock.ts'
import type { Db } from '../../db/connect.ts'
import { readPasswordHash } from '../../db/operators.ts'
import { createOperator, resetPassword } from '../../web/ops/operator-accounts.ts'
import { isPasswordOf } from '../../web/ops/operator-password.ts'
import { readPrivateFile, writePrivateFile } from '../private-file.ts'

const NAME = 'demo'

export interface DemoOperator {
  readonly user: string
  readonly password: string
}

/** An operator who may act: with the password kept in `file`, or a new one where that is gone or is not its own. */
export async function demoOperator(db: Db, file: string): Promise<DemoOperator> {
  const kept = await readPrivateFile(file)
  if (kept !== undefined && (await isPasswordOf(await readPasswordHash(db, NAME), kept))) {
    return { user: NAME, password: kept }
  }
  const made = await createOperator(db, { name: NAME, role: 'admin' }, systemClock)
  const password = made ?? (await resetPassword(db, NAME))
  if (password === null) throw new Error(`the operator ${NAME} could neither be made nor changed`)
  await writePrivateFile(file, password)
  return { user: NAME, password }
}
