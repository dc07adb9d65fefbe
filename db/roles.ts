import { sql } from 'kysely'
import type { Db } from './connect.ts'

/** What a worker may do to each table; what is append-only grants no UPDATE and no DELETE. */
const WORKER_RIGHTS: Readonly<Record<string, string>> = {
  accounts: 'select, insert, update',
  rate_cards: 'select, insert',
  rate_card_versions: 'select, insert',
  rates: 'select, insert',
  usage_records: 'select, insert',
  unrated_usage: 'select, insert, update',
  entries: 'select, insert',
  entry_notes: 'select, insert',
  quarantined_entries: 'select, insert',
  outbox: 'select, insert, update, delete',
  service_keys: 'select, insert, update',
  auto_recharges: 'select, insert, update',
  recharge_setting_changes: 'select, insert',
  stripe_customers: 'select, insert',
  card_setups: 'select, insert, update',
  cards: 'select, insert, update',
  topups: 'select, insert, update',
  topup_attempts: 'select, insert, update',
  stripe_events: 'select, insert, update, delete',
  disputes: 'select, insert, update',
  refunds: 'select, insert, update',
  payment_gate: 'select, update',
  reconciliations: 'select, update',
  mails: 'select, insert, update',
  mail_events: 'select, insert, delete',
  fix_links: 'select, insert, update, delete',
  findings: 'select, insert, update',
  runs: 'select, insert, update',
  run_wakes: 'select, insert, update',
  phone_numbers: 'select, insert, update',
  number_changes: 'select, insert',
  renewals: 'select, insert',
  renewal_settings: 'select, insert, update',
  ledger_checkpoints: 'select, insert, update',
  statements: 'select, insert',
  activity_blocks: 'select, insert',
  used_page_tokens: 'select, insert, delete',
  page_sessions: 'select, insert, update, delete',
  repeatable_requests: 'select, insert, update, delete',
  operators: 'select, insert, update',
  operator_sessions: 'select, insert, delete',
  operator_refusals: 'select, insert, delete',
  operator_actions: 'select, insert',
  account_holds: 'select, insert, update',
  holds: 'select, insert, update, delete',
  hold_extensions: 'select, insert, delete',
  service_policies: 'select, insert, update',
  service_policy_changes: 'select, insert',
  service_states: 'select, insert, update',
  service_stream: 'select, update',
  service_events: 'select, insert',
  service_patrols: 'select, update',
  webhook_endpoints: 'select, insert, update, delete',
  webhook_secrets: 'select, insert, update, delete',
  webhook_deliveries: 'select, insert, update, delete',
  postings: 'select',
  trial_balance: 'select',
  kysely_migration: 'select',
}

/**
 * Makes the role `<database>_worker` where this login may, and gives it its rights on every table. Workers log in as a
 * member of it, so that even a stolen worker login cannot change an entry. Returns null where roles may not be made:
 * then the append-only triggers stand alone.
 */
export async function grantWorkerRole(db: Db): Promise<string | null> {
  // One transaction: a worker at work never sees its rights revoked and not yet granted again.
  return await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${ROLE_LOCK_KEY})`.execute(tx)
    const { rows } = await sql<{ role: string; may_create: boolean; exists: boolean }>`
      select current_database() || '_worker' as role,
        (select rolcreaterole or rolsuper from pg_roles where rolname = current_user) as may_create,
        exists (select from pg_roles where rolname = current_database() || '_worker') as exists`.execute(tx)
    const found = rows[0]
    if (!found || (!found.exists && !found.may_create)) return null
    const role = sql.id(found.role)
    if (!found.exists) await sql`create role ${role} nologin`.execute(tx)
    await sql`grant usage on schema public to ${role}`.execute(tx)
    for (const [table, rights] of Object.entries(WORKER_RIGHTS)) {
      await sql`revoke all on ${sql.id(table)} from ${role}`.execute(tx)
      await sql`grant ${sql.raw(rights)} on ${sql.id(table)} to ${role}`.execute(tx)
    }
    return found.role
  })
}

/** Migrations that start together make the role one after the other. */
const ROLE_LOCK_KEY = 7_464_835_544

/**
 * Lets a role or login use the queues that BullMQ's PostgreSQL back end keeps in a schema of this database: add, work and
 * remove jobs. Its tables must exist. Run again after each migration of the queues.
 */
export async function grantQueueSchema(db: Db, grant: { schema: string; role: string }): Promise<void> {
  const schema = sql.id(grant.schema)
  const role = sql.id(grant.role)
  // Whoever adds the first job to a queue makes the sequence of its job ids, which is then their own.
  await sql`grant usage, create on schema ${schema} to ${role}`.execute(db)
  await sql`grant select, insert, update, delete on all tables in schema ${schema} to ${role}`.execute(db)
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = ${grant.schema}::regnamespace and relkind = 'S' and pg_has_role(relowner, 'usage')`.execute(
    db,
  )
  for (const { name } of rows) {
    await sql`grant usage, select, update on sequence ${sql.id(grant.schema, name)} to ${role}`.execute(db)
  }
}

/** True where the database itself refuses this login to change entries, apart from the trigger. */
export async function entriesAreProtectedByPrivilege(db: Db): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    select has_table_privilege('entries', 'update') or has_table_privilege('entries', 'delete')
      or has_table_privilege('entries', 'truncate') as may`.execute(db)
  return rows[0]?.may === false
}
