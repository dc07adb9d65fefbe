import { MantineProvider } from '@mantine/core'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ApiProblem } from './api/problem.ts'
import { hasNoSession, SESSION_QUERY } from './api/session.ts'
import { Gate } from './shell/gate.tsx'
import { theme } from './theme.ts'

const RETRIES_MAX = 2

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, { queryKey }) => endSession(error, queryKey) }),
  mutationCache: new MutationCache({ onError: (error) => endSession(error, []) }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused once it refuses again.
      retry: (failures, error) => !(error instanceof ApiProblem) && failures < RETRIES_MAX,
    },
  },
})

/** Where the server knows the session no more, the page closes: its gate asks again, and is told so. */
function endSession(error: Error, [query]: readonly unknown[]): void {
  if (query !== SESSION_QUERY[0] && hasNoSession(error))
    void queries.invalidateQueries({ queryKey: SESSION_QUERY })
}

/** The whole page; its styles come from stylesheets alone. */
export function BillingPage() {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <Gate />
      </QueryClientProvider>
    </MantineProvider>
  )
}
