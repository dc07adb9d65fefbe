import { type Micros, micros } from '../../billing/money.ts'
import { NUMBER_STATES, type NumberState } from '../../billing/number-lifecycle.ts'
import type { Db } from '../../db/connect.ts'

/** What the database says of a day, and of its end. */
export interface DayFigures {
  /** Credit that came by card. */
  readonly recharged: Micros
  /** Attempts at a card that were declined. */
  readonly declined: number
  readonly renewals: number
  readonly renewalsAmount: Micros
  /** Mails that the provider took. */
  readonly mails: number
  /** Of all accounts together. */
  readonly balance: Micros
  readonly numbers: Readonly<Record<NumberState, number>>
  /** Open ones. */
  readonly findings: number
}

interface Span {
  readonly from: Date
  /** Exclusive. */
  readonly to: Date
}

export async function readDayFigures(db: Db, day: Span): Promise<DayFigures> {
  const topups = await db
    .selectFrom('topups')
    .select(({ fn }) => fn.sum<string | null>('amount_micros').as('amount'))
    .where('status', '=', 'succeeded')
    .where('settled_at', '>=', day.from)
    .where('settled_at', '<', day.to)
    .executeTakeFirstOrThrow()
  const attempts = await db
    .selectFrom('topup_attempts')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('status', '=', 'declined')
    .where('settled_at', '>=', day.from)
    .where('settled_at', '<', day.to)
    .executeTakeFirstOrThrow()
  const renewals = await db
    .selectFrom('renewals')
    .select(({ fn }) => [
      fn.countAll<string>().as('count'),
      fn.sum<string | null>('amount_micros').as('amount'),
    ])
    .where('charged_at', '>=', day.from)
    .where('charged_at', '<', day.to)
    .executeTakeFirstOrThrow()
  const mails = await db
    .selectFrom('mails')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('sent_at', '>=', day.from)
    .where('sent_at', '<', day.to)
    .executeTakeFirstOrThrow()
  const accounts = await db
    .selectFrom('accounts')
    .select(({ fn }) => fn.sum<string | null>('balance_micros').as('balance'))
    .executeTakeFirstOrThrow()
  return {
    recharged: toMicros(topups.amount),
    declined: Number(attempts.count),
    renewals: Number(renewals.count),
    renewalsAmount: toMicros(renewals.amount),
    mails: Number(mails.count),
    balance: toMicros(accounts.balance),
    numbers: await readNumbers(db),
    findings: await countFindings(db),
  }
}

async function readNumbers(db: Db): Promise<Record<NumberState, number>> {
  const rows = await db
    .selectFrom('phone_numbers')
    .select(({ fn }) => ['state', fn.countAll<string>().as('count')])
    .groupBy('state')
    .execute()
  const counts = new Map(rows.map(({ state, count }) => [state, Number(count)]))
  const entries = NUMBER_STATES.map((state) => [state, counts.get(state) ?? 0])
  return Object.fromEntries(entries)
}

async function countFindings(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('findings')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** A sum of bigints is a numeric, which arrives as text; null where nothing is summed. */
function toMicros(sum: string | null): Micros {
  return micros(BigInt(sum ?? 0))
}
