import { createHash } from 'node:crypto'
import { systemNewId } from '../../config/clock.ts'
import type { Db } from '../../db/connect.ts'
import { makeStatements } from '../../jobs/make-statements.ts'
import type { RunContext, RunDefinition } from '../../jobs/nightly-run.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import type { FakeClock } from './fake-clock.ts'
import { LogLines } from './pipeline.ts'

/** Does the nightly work on statements at an instant, as a worker would. */
export async function runStatements(
  { db, clock }: { db: Db; clock: FakeClock },
  at: string,
  definition: RunDefinition = makeStatements,
): Promise<void> {
  clock.set(at)
  await runOwedDates(runContext({ db, clock }), definition)
}

export function runContext({ db, clock }: { db: Db; clock: FakeClock }): RunContext {
  return {
    db,
    clock,
    log: new LogLines().log,
    newId: systemNewId,
    rateBook: createRateBook(db),
    stripe: null,
    publicUrl: 'https://billing.example.com',
    wake: () => Promise.resolve(),
  }
}

/** The hash of a statement as docs/statements.md has it, from the lines of its CSV file: an own reading, not the product's. */
export function hashByHand(head: string, csv: string): string {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const entries = csv.trimEnd().split('\r\n').slice(2, -1)
  return entries.reduce((hash, line) => {
    const [id, item, , amount, balanceAfter, occurredAt, postedAt, source] = line.split(',')
    return sha256(`${hash},${id},${item},${amount},${balanceAfter},${occurredAt},${postedAt},${source}`)
  }, sha256(head))
}
