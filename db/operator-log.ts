import { sql } from 'kysely'
import type { Db } from './connect.ts'

/** Who tried to log in, from where. */
export interface LoginTry {
  readonly name: string
  readonly address: string
}

export interface RefusalCounts {
  /** For this name from this address. */
  readonly ofBoth: number
  /** From this address, for whatever name. */
  readonly ofAddress: number
  /** For this name, from wherever. */
  readonly ofName: number
}

/** How many log-ins were refused since an instant. */
export async function countRefusals(
  db: Db,
  { name, address }: LoginTry,
  since: Date,
): Promise<RefusalCounts> {
  const { rows } = await sql<RefusalCounts>`
    select count(*) filter (where name = ${name} and address = ${address})::integer as "ofBoth",
      count(*) filter (where address = ${address})::integer as "ofAddress",
      count(*) filter (where name = ${name})::integer as "ofName"
    from operator_refusals where refused_at > ${since}`.execute(db)
  return rows[0] ?? { ofBoth: 0, ofAddress: 0, ofName: 0 }
}

/** Notes a log-in that was refused, and forgets those from before `keepSince`. */
export async function noteRefusal(
  db: Db,
  refusal: LoginTry & { id: string; now: Date; keepSince: Date },
): Promise<void> {
  await db.deleteFrom('operator_refusals').where('refused_at', '<', refusal.keepSince).execute()
  await db
    .insertInto('operator_refusals')
    .values({ id: refusal.id, name: refusal.name, address: refusal.address, refused_at: refusal.now })
    .execute()
}

/** What an operator did, for whoever asks later. */
export interface OperatorAction {
  readonly operator: string
  /** Verb and noun: `finding closed`, `run redone`. */
  readonly action: string
  readonly subject: string
  /** The reason that was given, where one was. */
  readonly detail: string | null
}

export async function noteOperatorAction(
  db: Db,
  { operator, action, subject, detail }: OperatorAction,
  { id, now }: { id: string; now: Date },
): Promise<void> {
  await db
    .insertInto('operator_actions')
    .values({ id, operator, action, subject, detail, acted_at: now })
    .execute()
}

/** The newest actions, the newest first. */
export async function listOperatorActions(
  db: Db,
  limit: number,
): Promise<(OperatorAction & { readonly actedAt: Date })[]> {
  return await db
    .selectFrom('operator_actions')
    .select(['operator', 'action', 'subject', 'detail', 'acted_at as actedAt'])
    .orderBy('acted_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
}
