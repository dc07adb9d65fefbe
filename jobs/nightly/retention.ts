import { deleteOldRows, RETAINED_TABLES, type RetainedTable } from '../../db/retention.ts'
import { inTransaction } from '../../db/transaction.ts'
import { defineRun, type Run, type RunContext } from '../nightly-run.ts'

const PAGE = 2_000

/** Deletes rows that have done their work, page by page: what keeps money from moving twice is never among them. */
export const retention = defineRun({
  kind: 'retention',

  async work(context, run) {
    const begun = readPosition(run.position)
    const left = begun ? RETAINED_TABLES.slice(RETAINED_TABLES.indexOf(begun.table)) : RETAINED_TABLES
    for (const table of left) {
      await clean(context, run, { table, after: table === begun?.table ? begun.after : null })
    }
  },
})

/** A position is the table and, behind a space, the key of the last row that was looked at. */
function readPosition(position: string | null): { table: RetainedTable; after: string } | null {
  const table = RETAINED_TABLES.find((one) => position?.startsWith(`${one} `))
  return table && position ? { table, after: position.slice(table.length + 1) } : null
}

async function clean(
  { db }: RunContext,
  run: Run,
  { table, ...from }: { table: RetainedTable; after: string | null },
): Promise<void> {
  let { after } = from
  do {
    after = await inTransaction(db, async (tx) => {
      const { last, deleted } = await deleteOldRows(tx, { table, after, limit: PAGE, now: run.cutOff })
      if (last !== null) await run.save(tx, { position: `${table} ${last}`, done: deleted, refused: 0 })
      return last
    })
  } while (after !== null)
}
