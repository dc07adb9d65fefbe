import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loading } from './loading.tsx'
import { Trouble } from './trouble.tsx'

interface AnsweredProps<T> {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>
  /** For whoever waits: "Loading the card". */
  readonly what: string
  readonly lines?: number
  readonly children: (data: T) => ReactNode
}

/** What a question was answered with; until then its place, or why there is no answer. */
export function Answered<T>({ query, what, lines = 3, children }: AnsweredProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <Trouble error={query.error} onRetry={() => void query.refetch()} />
  return <Loading what={what} lines={lines} />
}
