import { type NewFinding, noteFinding, renewEvidence } from '../db/findings.ts'
import type { JobContext } from './define-job.ts'

/** Notes a finding and alerts an operator; where the same is open already, only its evidence is renewed. */
export async function raiseFinding(
  { db, clock, newId, log }: Pick<JobContext, 'db' | 'clock' | 'newId' | 'log'>,
  finding: NewFinding,
): Promise<void> {
  const isNew = await noteFinding(db, finding, { id: newId(), now: clock.now() })
  if (!isNew) return await renewEvidence(db, finding)
  const { kind, subject, severity, evidence } = finding
  log.error({ alert: true, finding: kind, subject, severity, evidence }, 'finding raised')
}
