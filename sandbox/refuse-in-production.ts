import { isProduction } from '../config/environment.ts'

/** A production that lost its DATABASE_URL must not go on with an empty ledger. Throws under NODE_ENV=production. */
export function refuseInProduction(): void {
  if (!isProduction()) return
  throw new Error(
    'DATABASE_URL is not set, and NODE_ENV=production refuses the one-machine default: set DATABASE_URL',
  )
}
