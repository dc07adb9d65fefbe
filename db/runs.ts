import { sql } from 'kysely'
import { type BusinessDate, businessDateAt, datesOwed, RUN_LAG_MS } from '../billing/business-date.ts'
import type { Db } from './connect.ts'
import { inTransaction, type Tx } from './transaction.ts'

/** How long a run stays with a holder that says nothing. */
export const RUN_LEASE_MS = 2 * 60_000

const DAY_MS = 86_400_000

export interface RunKey {
  readonly kind: string
  readonly date: BusinessDate
}

/** A run that somebody works on: nobody else writes to it while `holder` has it. */
export interface HeldRun extends RunKey {
  readonly holder: string
  /** Where it goes on; null at its beginning. */
  readonly position: string | null
}

/** How far a page of work took a run. */
export interface RunProgress {
  readonly position: string
  /** Items of this page that were worked, and that were refused. */
  readonly done: number
  readonly refused: number
}

/** Somebody else has the run: what this holder was about to write must not be. */
export class RunLost extends Error {
  override name = 'RunLost'

  constructor({ kind, date }: RunKey) {
    super(`the run ${kind} of ${date} was taken over by another holder`)
  }
}

/**
 * Takes the run of a kind that is to be worked: the unfinished one, where its holder has not been heard of for the length
 * of a lease, else the one of the first date that is owed. Null when nothing is owed or another holder is at work. The
 * first date of a kind is the newest whose run is due when it is first looked at.
 */
export async function claimRun(
  db: Db,
  { kind, holder, now }: { kind: string; holder: string; now: Date },
): Promise<HeldRun | null> {
  return await inTransaction(db, async (tx) => {
    const runs = await tx
      .selectFrom('runs')
      .select(['business_date', 'finished_at'])
      .where('kind', '=', kind)
      .where((eb) =>
        eb.or([
          eb('finished_at', 'is', null),
          eb('business_date', '=', (sub) =>
            sub
              .selectFrom('runs')
              .select(({ fn }) => fn.max('business_date').as('last'))
              .where('kind', '=', kind),
          ),
        ]),
      )
      .orderBy('business_date', 'desc')
      .execute()
    const unfinished = runs.find(({ finished_at }) => finished_at === null)
    if (unfinished) return await takeOver(tx, { kind, date: unfinished.business_date, holder }, now)
    const last = runs[0]
    const [date] = datesOwed({ last: last?.business_date ?? null, first: newestDueAt(now), now })
    if (date === undefined) return null
    return await begin(tx, { kind, date, holder }, { now, after: last?.finished_at ?? now })
  })
}

/** The newest date whose run is due. */
export function newestDueAt(now: Date): BusinessDate {
  return businessDateAt(new Date(now.getTime() - RUN_LAG_MS - DAY_MS))
}

type Claim = RunKey & { readonly holder: string }

async function takeOver(tx: Tx, claim: Claim, now: Date): Promise<HeldRun | null> {
  const row = await tx
    .updateTable('runs')
    .set({ holder: claim.holder, held_until: leaseFrom(now) })
    .where('kind', '=', claim.kind)
    .where('business_date', '=', claim.date)
    .where('finished_at', 'is', null)
    // A lease that ends later than any that could be given now is of a clock that has stepped back since.
    .where((eb) => eb.or([eb('held_until', '<=', now), eb('held_until', '>', leaseFrom(now))]))
    .returning('position')
    .executeTakeFirst()
  return row ? { ...claim, position: row.position } : null
}

/** Of several that begin a run at once, one gets it. */
async function begin(
  tx: Tx,
  claim: Claim,
  { now, after }: { now: Date; after: Date },
): Promise<HeldRun | null> {
  const row = await tx
    .insertInto('runs')
    .values({
      kind: claim.kind,
      business_date: claim.date,
      // A clock that has stepped back does not let a run begin before the one ahead of it has finished.
      started_at: now > after ? now : after,
      holder: claim.holder,
      held_until: leaseFrom(now),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('position')
    .executeTakeFirst()
  return row ? { ...claim, position: row.position } : null
}

/**
 * Opens a finished run again from its beginning, so that whatever of its work is missing is done. Null when there is no
 * such run, it is not finished, or another run of its kind is not.
 */
export async function reopenRun(
  db: Db,
  { now, ...claim }: RunKey & { holder: string; now: Date },
): Promise<HeldRun | null> {
  return await inTransaction(db, async (tx) => {
    const { rows } = await sql<{ position: string | null }>`
      update runs set finished_at = null, position = null, started_at = ${now}, redone = redone + 1,
        holder = ${claim.holder}, held_until = ${leaseFrom(now)}
      where kind = ${claim.kind} and business_date = ${claim.date} and finished_at is not null
        and not exists (select from runs open where open.kind = ${claim.kind} and open.finished_at is null)
      returning position`.execute(tx)
    return rows[0] ? { ...claim, position: null } : null
  })
}

/** Notes how far a run has come, in the transaction of the work itself. Throws RunLost when it is no longer held. */
export async function saveRun(
  tx: Tx,
  run: HeldRun,
  { position, done, refused }: RunProgress,
  now: Date,
): Promise<void> {
  await expectHeld(
    run,
    held(tx, run).set(({ eb }) => ({
      position,
      done: eb('done', '+', done),
      refused: eb('refused', '+', refused),
      held_until: leaseFrom(now),
    })),
  )
}

/** Keeps a run for another lease. Throws RunLost when it is no longer held. */
export async function keepRun(db: Db, run: HeldRun, now: Date): Promise<void> {
  await expectHeld(run, held(db, run).set({ held_until: leaseFrom(now) }))
}

/** Ends a run. Throws RunLost when it is no longer held. */
export async function finishRun(db: Db, run: HeldRun, now: Date): Promise<void> {
  const finishedAt = sql<Date>`greatest(started_at, ${now}::timestamptz)`
  await expectHeld(run, held(db, run).set({ finished_at: finishedAt, held_until: now }))
}

/** Lets go of a run that could not be finished, so that the next wake goes on with it. */
export async function releaseRun(db: Db, run: HeldRun, now: Date): Promise<void> {
  await held(db, run).set({ held_until: now }).execute()
}

function held(db: Db | Tx, { kind, date, holder }: HeldRun) {
  return db
    .updateTable('runs')
    .where('kind', '=', kind)
    .where('business_date', '=', date)
    .where('holder', '=', holder)
    .where('finished_at', 'is', null)
}

async function expectHeld(run: HeldRun, update: ReturnType<typeof held>): Promise<void> {
  const { numUpdatedRows } = await update.executeTakeFirst()
  if (numUpdatedRows === 0n) throw new RunLost(run)
}

function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + RUN_LEASE_MS)
}
