import type { Selectable } from 'kysely'
import type { Db } from './connect.ts'
import type { Database } from './schema.ts'

/** A finding as an operator sees it. */
export interface ListedFinding {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly severity: 'info' | 'warning' | 'critical'
  readonly evidence: unknown
  readonly account: string | null
  readonly foundAt: Date
  readonly closedAt: Date | null
  /** Null where it is open, or was closed by what proved that its cause is gone. */
  readonly closedBy: string | null
  readonly closedReason: string | null
}

/** The newest findings, the newest first: the open ones, or all. */
export async function listFindings(
  db: Db,
  { all, limit }: { all: boolean; limit: number },
): Promise<ListedFinding[]> {
  const rows = await db
    .selectFrom('findings')
    .selectAll()
    .$if(!all, (query) => query.where('closed_at', 'is', null))
    .orderBy('found_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toListed)
}

/** The newest findings about an account, closed ones too, the newest first. */
export async function listFindingsOf(
  db: Db,
  { account, limit }: { account: string; limit: number },
): Promise<ListedFinding[]> {
  const rows = await db
    .selectFrom('findings')
    .selectAll()
    .where('account_id', '=', account)
    .orderBy('found_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(toListed)
}

/** Null when there is no finding of the id, which must be a UUID. */
export async function readFinding(db: Db, id: string): Promise<ListedFinding | null> {
  const row = await db.selectFrom('findings').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toListed(row) : null
}

/** Closes an open finding in a person's name; false when there is none of that id. */
export async function closeByPerson(
  db: Db,
  { id, by, reason }: { id: string; by: string; reason: string },
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('findings')
    .set({ closed_at: now, closed_by: by, closed_reason: reason })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

function toListed(row: Selectable<Database['findings']>): ListedFinding {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    severity: row.severity,
    evidence: row.evidence,
    account: row.account_id,
    foundAt: row.found_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    closedReason: row.closed_reason,
  }
}
