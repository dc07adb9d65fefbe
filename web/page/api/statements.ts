import { useQuery } from '@tanstack/react-query'
import { useAccountApi } from './account-api.ts'

export interface Statement {
  /** `2026-03` */
  readonly month: string
  readonly openingBalance: string
  readonly closingBalance: string
  readonly entries: number
}

export function useStatements() {
  const api = useAccountApi()
  return useQuery({
    queryKey: ['statements'],
    queryFn: async () => (await api.get<{ statements: readonly Statement[] }>('/statements')).statements,
  })
}
