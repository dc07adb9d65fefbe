import type { ColumnType } from 'kysely'
import type { Fixed } from './column-types.ts'

/** What calls and texts may take and spend, where an account has set it. */
export interface ServicePolicyTables {
  service_policies: ServicePoliciesTable
  service_policy_changes: ServicePolicyChangesTable
}

interface ServicePoliciesTable {
  account_id: Fixed<string>
  /** In the form of the API. */
  policy: ColumnType<unknown, string, string>
  updated_at: Date
}

interface ServicePolicyChangesTable {
  account_id: Fixed<string>
  id: Fixed<string>
  changed_at: Fixed<Date>
  changed_by: Fixed<string>
  policy: ColumnType<unknown, string, never>
}
