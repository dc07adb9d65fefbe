import { useQuery } from '@tanstack/react-query'
import { fetchSession, hasNoSession, SESSION_QUERY, SessionContext } from '../api/session.ts'
import { Layout } from './layout.tsx'
import { Message } from './message.tsx'

/** Lets in whoever has a session, and says to anybody else how to get one. */
export function Gate() {
  const session = useQuery({ queryKey: SESSION_QUERY, queryFn: fetchSession, staleTime: Infinity })
  if (hasNoSession(session.error)) {
    return (
      <Message title="Please open billing from your CRM again">
        For your safety this page closes itself after a while. Nothing of your account has changed.
      </Message>
    )
  }
  if (session.data) {
    return (
      <SessionContext value={session.data}>
        <Layout />
      </SessionContext>
    )
  }
  if (session.isPending) return <Message title="Opening your billing page…" />
  return (
    <Message title="The billing page cannot be reached" onRetry={() => void session.refetch()}>
      Check your connection and try again.
    </Message>
  )
}
