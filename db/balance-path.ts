import { sql } from 'kysely'
import { type Micros, micros, subtractMicros, sumMicros } from '../billing/money.ts'
import type { BalanceStep } from '../billing/recharge-preview.ts'
import { type BalancePoint, readBalances, readCardCredits } from './balance-history.ts'
import type { Db } from './connect.ts'
import { lastSeqPosted } from './last-seq.ts'

/** How the balance of an account went. */
export interface ReadPath {
  /** Where it begins: with the first entry, where that came later than asked for. */
  readonly from: Date
  /** Null where the first step is the account's first entry. */
  readonly opening: Micros | null
  /** In the order of time; with many entries one an hour. */
  readonly steps: readonly (BalanceStep & { readonly isRecharge: boolean })[]
  readonly resolution: 'entry' | 'hour'
}

/** More are told hour by hour. */
const ENTRIES_MAX = 10_000
const HOUR_MS = 3_600_000

/** The balance of an account from one instant until another, at most some weeks later. */
export async function readBalancePath(
  db: Db,
  { account, from, to }: { account: string; from: Date; to: Date },
): Promise<ReadPath> {
  const { rows } = await sql<Bounds>`
    select after_seq as "afterSeq", last_seq as "lastSeq",
      coalesce((select balance_after_micros from entries where account_id = ${account} and seq = after_seq), 0) as opening,
      case when after_seq = 0 then (select posted_at from entries where account_id = ${account} and seq = 1) end as "firstAt"
    from (
      select ${lastSeqPosted(account, from, { inclusive: true })} as after_seq,
        ${lastSeqPosted(account, to, { inclusive: true })} as last_seq
    ) as bounds`.execute(db)
  const [bounds] = rows
  if (!bounds) throw new Error(`the balance of account ${account} cannot be read`)
  const { afterSeq, lastSeq, firstAt } = bounds
  const start = { at: lastSeq > afterSeq ? (firstAt ?? from) : from, balance: micros(bounds.opening) }
  const isByEntry = lastSeq - afterSeq <= ENTRIES_MAX
  return {
    from: start.at,
    opening: afterSeq === 0n ? null : start.balance,
    steps: isByEntry
      ? await readEntrySteps(db, account, bounds)
      : await readHourSteps(db, account, { start, to }),
    resolution: isByEntry ? 'entry' : 'hour',
  }
}

interface Bounds {
  readonly afterSeq: bigint
  readonly lastSeq: bigint
  readonly opening: bigint
  /** Of the account's first entry, where that is part of it. */
  readonly firstAt: Date | null
}

async function readEntrySteps(
  db: Db,
  account: string,
  { afterSeq, lastSeq }: Bounds,
): Promise<ReadPath['steps']> {
  const { rows } = await sql<{ at: Date; change: bigint; is_recharge: boolean }>`
    select e.posted_at as at, e.amount_micros as change,
      e.source like 'payment/%' and exists (
        select from topups t
        where t.account_id = e.account_id and t.payment_intent_id = substr(e.source, 9) and t.origin = 'auto'
      ) as is_recharge
    from entries e where e.account_id = ${account} and e.seq > ${afterSeq} and e.seq <= ${lastSeq}
    order by e.seq`.execute(db)
  return rows.map(({ at, change, is_recharge }) => ({ at, change: micros(change), isRecharge: is_recharge }))
}

/** Recharges at their time; whatever else an hour brought at its end, as one step. */
async function readHourSteps(
  db: Db,
  account: string,
  { start, to }: { start: BalancePoint; to: Date },
): Promise<ReadPath['steps']> {
  const points = await readBalances(db, account, hourEnds(start.at, to))
  const credits = await readCardCredits(db, { account, from: start.at, to, limit: ENTRIES_MAX })
  let before = start
  return points.flatMap((point) => {
    const recharges = credits
      .filter(({ origin, at }) => origin === 'auto' && at > before.at && at <= point.at)
      .map(({ at, amount }) => ({ at, change: amount, isRecharge: true }))
    const recharged = sumMicros(recharges.map(({ change }) => change))
    const change = subtractMicros(subtractMicros(point.balance, before.balance), recharged)
    before = point
    return [...recharges, { at: point.at, change, isRecharge: false }]
  })
}

function hourEnds(from: Date, to: Date): Date[] {
  const ends: Date[] = []
  for (let endMs = from.getTime() + HOUR_MS; endMs < to.getTime(); endMs += HOUR_MS)
    ends.push(new Date(endMs))
  return [...ends, to]
}
