import type { ColumnType, Generated } from 'kysely'
import type { ServiceReason, ServiceStateName } from '../billing/service-outlook.ts'
import type { Fixed } from './column-types.ts'

/** The state of each account's service, the stream of its changes, and the webhooks that tell of them. */
export interface ServiceTables {
  service_states: ServiceStatesTable
  service_stream: { one: Fixed<boolean>; position: bigint }
  service_events: ServiceEventsTable
  service_patrols: { one: Fixed<boolean>; after_account: string; next_at: Date }
  webhook_endpoints: WebhookEndpointsTable
  webhook_secrets: WebhookSecretsTable
  webhook_deliveries: WebhookDeliveriesTable
}

interface ServiceStatesTable {
  account_id: Fixed<string>
  state: Generated<ServiceStateName>
  reason: Generated<ServiceReason | null>
  since: Date
  /** Of its newest event; 0 before the first. */
  seq: Generated<number>
  /** When it is decided about again; null while nothing but a movement or a change of status could change it. */
  look_at: ColumnType<Date | null, Date | null | undefined, Date | null>
  /** The account's newest entry when it was last decided about. */
  looked_entry_seq: Generated<bigint>
}

interface ServiceEventsTable {
  account_id: Fixed<string>
  seq: Fixed<number>
  /** Counts the events of all accounts without a gap, in the order in which they committed. */
  position: Fixed<bigint>
  id: Fixed<string>
  state: Fixed<ServiceStateName>
  previous: Fixed<ServiceStateName>
  reason: Fixed<ServiceReason | null>
  available_micros: Fixed<bigint>
  at: Fixed<Date>
}

interface WebhookEndpointsTable {
  id: Fixed<string>
  url: Fixed<string>
  events: Fixed<ServiceStateName[]>
  created_at: Fixed<Date>
  failing_since: ColumnType<Date | null, never, Date | null>
  last_failure: ColumnType<string | null, never, string | null>
  last_failed_at: ColumnType<Date | null, never, Date | null>
  /** It gave no answer: nothing is sent before. */
  closed_until: ColumnType<Date | null, never, Date | null>
}

interface WebhookSecretsTable {
  endpoint_id: Fixed<string>
  id: Fixed<string>
  /** As it is: it has to sign. */
  secret: Fixed<string>
  created_at: Fixed<Date>
  expires_at: ColumnType<Date | null, null, Date>
}

interface WebhookDeliveriesTable {
  account_id: Fixed<string>
  endpoint_id: Fixed<string>
  /** The newest event that was delivered or given up. */
  delivered_seq: number
  next_try_at: Date | null
  /** Of the event that follows. */
  tries: Generated<number>
  trying_since: Date | null
}
