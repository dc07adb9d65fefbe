import type { ColumnType } from 'kysely'
import type { Fixed } from './column-types.ts'

/** Operators with their logins and sessions, and what they did. */
export interface OperatorTables {
  operators: OperatorsTable
  operator_sessions: OperatorSessionsTable
  operator_refusals: OperatorRefusalsTable
  operator_actions: OperatorActionsTable
}

/** `support` looks, `admin` acts too. */
export type OperatorRole = 'support' | 'admin'

interface OperatorsTable {
  name: Fixed<string>
  role: OperatorRole
  password_hash: string
  created_at: Fixed<Date>
  disabled_at: ColumnType<Date | null, never, Date | null>
}

interface OperatorSessionsTable {
  token_sha256: Fixed<Buffer>
  operator: Fixed<string>
  created_at: Fixed<Date>
  expires_at: Fixed<Date>
}

interface OperatorRefusalsTable {
  id: Fixed<string>
  name: Fixed<string>
  address: Fixed<string>
  refused_at: Fixed<Date>
}

interface OperatorActionsTable {
  id: Fixed<string>
  operator: Fixed<string>
  action: Fixed<string>
  subject: Fixed<string>
  detail: Fixed<string | null>
  acted_at: Fixed<Date>
}
