import type { ColumnType } from 'kysely'
import type { Fixed } from './column-types.ts'

/** Customers' sessions on the billing page, and answers that are repeated when a request is. */
export interface PageSessionTables {
  used_page_tokens: UsedPageTokensTable
  page_sessions: PageSessionsTable
  repeatable_requests: RepeatableRequestsTable
}

interface UsedPageTokensTable {
  /** Of the key's id and the token's own. */
  token_sha256: Fixed<Buffer>
  used_at: Fixed<Date>
}

interface PageSessionsTable {
  secret_sha256: Fixed<Buffer>
  account_id: Fixed<string>
  role: Fixed<'viewer' | 'manager'>
  /** The CRM's id of the person. */
  user_id: Fixed<string>
  user_name: Fixed<string>
  created_at: Fixed<Date>
  seen_at: Date
}

interface RepeatableRequestsTable {
  account_id: Fixed<string>
  key: Fixed<string>
  request_sha256: Fixed<Buffer>
  started_at: Date
  /** Null until it is answered, as the two after it are. */
  status: ColumnType<number | null, never, number>
  headers: ColumnType<Record<string, string> | null, never, string>
  body: ColumnType<string | null, never, string>
}
