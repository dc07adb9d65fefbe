import { createContext, useContext } from 'react'
import { ApiProblem } from './problem.ts'
import { readJson, send } from './send.ts'

/** Whose page it is and what they may do. */
export interface Session {
  readonly account: string
  readonly role: 'viewer' | 'manager'
  readonly name: string
  readonly timeZone: string
  readonly csrfToken: string
  /** Null where no card can be taken. */
  readonly stripe: StripeAccess | null
}

export interface StripeAccess {
  readonly publishableKey: string
  /** Where the browser hands cards to. */
  readonly origin: string
  /** A stand-in for Stripe, for trying things out: it has no form for cards of its own. */
  readonly isStandIn: boolean
}

export const SESSION_QUERY = ['session'] as const

/** Whether the server refused because there is no session, or not any more. */
export function hasNoSession(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401
}

export async function fetchSession(): Promise<Session> {
  return await readJson(await send('/v1/session', {}))
}

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('drawn outside of a session')
  return session
}

/** Whether this person may change things; a viewer sees everything and changes nothing. */
export function useMayChange(): boolean {
  return useSession().role === 'manager'
}
