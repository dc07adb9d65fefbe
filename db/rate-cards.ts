import { sql } from 'kysely'
import type { Rate } from '../billing/rate.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Db } from './connect.ts'
import { toRate } from './rate-row.ts'
import { inTransaction, type Tx } from './transaction.ts'

export interface CardVersion {
  readonly id: number
  readonly card: string
  /** Whose own card it is; null for a card that many accounts share. */
  readonly account: string | null
}

/** A card's name belongs to another account, or the account's own card has another name. */
export class CardOwnerError extends Error {
  override name = 'CardOwnerError'
}

/**
 * Stores a card's rates as its newest version; earlier versions stay as they are. There is one
 * standard card and at most one own card an account. Throws CardOwnerError when name and account do not fit that.
 */
export async function importRateCard(
  db: Db,
  card: { name: string; account: string | null; rates: readonly Rate[] },
  now: Date,
): Promise<{ versionId: number; version: number }> {
  return await inTransaction(db, async (tx) => {
    // One import at a time, so that version ids become visible in order and a reader needs to watch the last one only.
    await sql`select pg_advisory_xact_lock(hashtext('import rate card'))`.execute(tx)
    await claimCard(tx, card, now)
    const version = (await newestNumber(tx, card.name)) + 1
    const { id } = await tx
      .insertInto('rate_card_versions')
      .values({ card: card.name, version, row_count: card.rates.length, imported_at: now })
      .returning('id')
      .executeTakeFirstOrThrow()
    await insertRates(tx, id, card.rates)
    return { versionId: id, version }
  })
}

/** The newest version of every card. */
export async function listNewestVersions(db: Db): Promise<CardVersion[]> {
  const rows = await db
    .selectFrom('rate_card_versions as v')
    .innerJoin('rate_cards as c', 'c.name', 'v.card')
    .select((eb) => [eb.fn.max('v.id').as('id'), 'c.name', 'c.account_id'])
    .groupBy(['c.name', 'c.account_id'])
    .execute()
  return rows.map((row) => ({ id: row.id, card: row.name, account: row.account_id }))
}

/** The id of the version imported last, of any card; 0 before the first. Cheap enough to ask for every group. */
export async function newestVersionId(db: Db): Promise<number> {
  const row = await db
    .selectFrom('rate_card_versions')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? 0
}

/** All rates of a version, in the order of its rows. */
export async function loadRates(db: Db, versionId: number): Promise<Rate[]> {
  const rows = await db
    .selectFrom('rates')
    .selectAll()
    .where('version_id', '=', versionId)
    .orderBy('row')
    .execute()
  return rows.map(toRate)
}

async function claimCard(tx: Tx, card: { name: string; account: string | null }, now: Date): Promise<void> {
  await tx
    .insertInto('rate_cards')
    .values({ name: card.name, account_id: card.account, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const claimed = await tx
    .selectFrom('rate_cards')
    .select('account_id')
    .where('name', '=', card.name)
    .executeTakeFirst()
  if (!claimed) throw new CardOwnerError(await otherCardOf(tx, card.account))
  if (claimed.account_id !== card.account) {
    const owner =
      claimed.account_id === null ? 'the standard card' : `the own card of account ${claimed.account_id}`
    throw new CardOwnerError(`${card.name} is ${owner}`)
  }
}

async function otherCardOf(tx: Tx, account: string | null): Promise<string> {
  const other = await tx
    .selectFrom('rate_cards')
    .select('name')
    .where('account_id', account === null ? 'is' : '=', account)
    .executeTakeFirstOrThrow()
  const owner = account === null ? 'the standard card' : `the own card of account ${account}`
  return `${owner} is named ${other.name}: import under that name`
}

async function newestNumber(tx: Tx, card: string): Promise<number> {
  const row = await tx
    .selectFrom('rate_card_versions')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('card', '=', card)
    .executeTakeFirst()
  return row?.version ?? 0
}

async function insertRates(tx: Tx, versionId: number, rates: readonly Rate[]): Promise<void> {
  const column = (cell: (rate: Rate) => string | number | bigint | null) => arrayLiteral(rates.map(cell))
  await sql`
    insert into rates (version_id, row, item, kind, prefix, setup_fee_picos, rate_picos, surcharge_picos, per_seconds,
      increment_seconds, minimum_seconds, from_second, round_decimals, rounding, effective_from, effective_to,
      blocked, description)
    select ${versionId}::integer, row, item, kind, prefix, setup_fee, rate, surcharge, per_seconds, increment_seconds,
      minimum_seconds, from_second, round_decimals, rounding, to_timestamp(from_ms / 1000.0::float8),
      to_timestamp(to_ms / 1000.0::float8), blocked, description
    from unnest(
      ${column((rate) => rate.row)}::integer[], ${column((rate) => rate.item)}::item[],
      ${column((rate) => rate.kind)}::usage_kind[], ${column((rate) => rate.prefix)}::text[],
      ${column((rate) => rate.setupFee)}::bigint[], ${column((rate) => rate.rate)}::bigint[],
      ${column((rate) => rate.surcharge)}::bigint[], ${column((rate) => rate.perSeconds)}::integer[],
      ${column((rate) => rate.incrementSeconds)}::integer[], ${column((rate) => rate.minimumSeconds)}::integer[],
      ${column((rate) => rate.fromSecond)}::integer[], ${column((rate) => rate.roundDecimals)}::smallint[],
      ${column((rate) => rate.rounding)}::rounding[], ${column((rate) => rate.effectiveFromMs)}::bigint[],
      ${column((rate) => rate.effectiveToMs)}::bigint[], ${column((rate) => String(rate.blocked))}::boolean[],
      ${column((rate) => rate.description)}::text[]
    ) as input (row, item, kind, prefix, setup_fee, rate, surcharge, per_seconds, increment_seconds, minimum_seconds,
      from_second, round_decimals, rounding, from_ms, to_ms, blocked, description)`.execute(tx)
}
