import { listUnindexedAccounts, writeActivityBlocks } from '../../db/activity-blocks.ts'
import { inTransaction } from '../../db/transaction.ts'
import { defineRun, type Run, type RunContext } from '../nightly-run.ts'

const ACCOUNTS_PER_PAGE = 50
const BLOCKS_PER_ACCOUNT = 20

/** Indexes the entries of the day by number, call and item, so that a search in an account reads few of them. */
export const activityIndex = defineRun({
  kind: 'activity-index',

  async work(context, run) {
    let after = run.position ?? ''
    for (;;) {
      const accounts = await listUnindexedAccounts(context.db, { after, limit: ACCOUNTS_PER_PAGE })
      const last = accounts.at(-1)
      if (last === undefined) return
      await indexAccounts(context, run, { accounts, position: after })
      after = last
    }
  },
})

async function indexAccounts(
  { db }: RunContext,
  run: Run,
  { accounts, position }: { accounts: readonly string[]; position: string },
): Promise<void> {
  for (let done = Infinity; done > 0; ) {
    done = await inTransaction(db, async (tx) => {
      const written = await writeActivityBlocks(tx, { accounts, blocksMax: BLOCKS_PER_ACCOUNT })
      await run.save(tx, { position, done: written, refused: 0 })
      return written
    })
  }
}
