import { closeFinding, openSubjects } from '../../db/findings.ts'
import { inTransaction } from '../../db/transaction.ts'
import { countUnrated } from '../../db/unrated-counts.ts'
import { defineRun } from '../nightly-run.ts'
import { raiseFinding } from '../raise-finding.ts'

const FINDING = 'unrated_usage'

/** Tells of usage that came in before the cut-off and still has no price: a finding for each reason, until none waits. */
export const unratedUsage = defineRun({
  kind: 'unrated-usage',

  async work(context, run) {
    const { db, clock } = context
    const counts = await countUnrated(db, run.cutOff)
    for (const { reason, records, accounts, oldestAt } of counts) {
      const evidence = { records, accounts, oldestAt: oldestAt.toISOString() }
      await raiseFinding(context, {
        kind: FINDING,
        subject: reason,
        severity: 'warning',
        evidence,
        account: null,
      })
    }
    const waiting = new Set(counts.map(({ reason }) => reason))
    for (const subject of await openSubjects(db, FINDING)) {
      if (!waiting.has(subject)) await closeFinding(db, { kind: FINDING, subject }, clock.now())
    }
    const refused = counts.reduce((sum, { records }) => sum + records, 0)
    await inTransaction(db, (tx) => run.save(tx, { position: 'counted', done: 0, refused }))
  },
})
