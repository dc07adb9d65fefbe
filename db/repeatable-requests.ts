import type { Db } from './connect.ts'

/** A request that its client may send again, under a key of the client's own. */
export interface RepeatableRequest {
  readonly account: string
  readonly key: string
  /** Of the whole of what is asked for. */
  readonly sha256: Buffer
}

export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Claim =
  /** The caller does it, then keeps its answer or gives it up. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'other_request' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }

/** Longer than any request runs: whoever began it is gone. */
const LEASE_MS = 120_000

/** Takes a request on, unless another one with its key did. Of several at once one gets it. */
export async function claimRequest(db: Db, request: RepeatableRequest, now: Date): Promise<Claim> {
  const { account, key, sha256 } = request
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('repeatable_requests')
    .values({ account_id: account, key, request_sha256: sha256, started_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'key'])
        .doUpdateSet({ started_at: now })
        .where('repeatable_requests.request_sha256', '=', sha256)
        .where('repeatable_requests.status', 'is', null)
        .where('repeatable_requests.started_at', '<', new Date(now.getTime() - LEASE_MS)),
    )
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 1n) return { kind: 'ours' }
  return await readClaim(db, request)
}

async function readClaim(db: Db, { account, key, sha256 }: RepeatableRequest): Promise<Claim> {
  const row = await db
    .selectFrom('repeatable_requests')
    .select(['request_sha256', 'status', 'headers', 'body'])
    .where('account_id', '=', account)
    .where('key', '=', key)
    .executeTakeFirst()
  // Given up just now: as good as in progress, since the client tries again.
  if (!row) return { kind: 'in_progress' }
  if (!row.request_sha256.equals(sha256)) return { kind: 'other_request' }
  const { status, headers, body } = row
  if (status === null || headers === null || body === null) return { kind: 'in_progress' }
  return { kind: 'answered', answer: { status, headers, body } }
}

/** Keeps the answer of a request that is ours. */
export async function keepAnswer(
  db: Db,
  { account, key }: RepeatableRequest,
  { status, headers, body }: KeptAnswer,
): Promise<void> {
  await db
    .updateTable('repeatable_requests')
    .set({ status, headers: JSON.stringify(headers), body })
    .where('account_id', '=', account)
    .where('key', '=', key)
    .execute()
}

/** Lets a request that is ours be sent again as if it had never been: it came to no end. */
export async function giveUpRequest(db: Db, { account, key }: RepeatableRequest): Promise<void> {
  await db
    .deleteFrom('repeatable_requests')
    .where('account_id', '=', account)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute()
}
