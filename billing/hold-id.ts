import type { HoldKey } from './hold.ts'
import { ACCOUNT_ID } from './usage-fields.ts'

export const REQUEST_ID = /^[A-Za-z0-9_.:-]{1,64}$/

/** Begins the request ids of holds of emergency calls: nothing is stored of them, so an id says it all. */
const EMERGENCY = 'emergency.'

/** The public id of a hold. It leads to the account, whose id has no dot. */
export function holdIdOf({ account, requestId }: HoldKey): string {
  return `${account}.${requestId}`
}

/** The id of a hold for an emergency call. */
export function emergencyHoldIdOf({ account, requestId }: HoldKey): string {
  return holdIdOf({ account, requestId: EMERGENCY + requestId })
}

/** Reads the id of a hold; null for what cannot be one. */
export function parseHoldId(id: string): HoldKey | null {
  const dot = id.indexOf('.')
  const account = id.slice(0, dot)
  const requestId = id.slice(dot + 1)
  const ownPart = isEmergencyHold({ requestId }) ? requestId.slice(EMERGENCY.length) : requestId
  return dot > 0 && ACCOUNT_ID.test(account) && REQUEST_ID.test(ownPart) ? { account, requestId } : null
}

/** True for the holds of emergency calls, and for the request ids that are kept for them. */
export function isEmergencyHold({ requestId }: Pick<HoldKey, 'requestId'>): boolean {
  return requestId.startsWith(EMERGENCY)
}
