import type { Db } from './connect.ts'
import type { Tx } from './transaction.ts'

/** Something that a person has to look at; never repaired silently. */
export interface NewFinding {
  readonly kind: string
  /** What it is about: one open finding a kind for each. */
  readonly subject: string
  readonly severity: 'info' | 'warning' | 'critical'
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>
  readonly account: string | null
}

/** Notes a finding; false when the same is open already. */
export async function noteFinding(
  db: Db | Tx,
  finding: NewFinding,
  { id, now }: { id: string; now: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('findings')
    .values({
      id,
      kind: finding.kind,
      subject: finding.subject,
      severity: finding.severity,
      evidence: JSON.stringify(finding.evidence),
      account_id: finding.account,
      found_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject']).where('closed_at', 'is', null).doNothing(),
    )
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Closes the open finding of a kind about a subject; false when there is none. */
export async function closeFinding(
  db: Db | Tx,
  { kind, subject }: Pick<NewFinding, 'kind' | 'subject'>,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('findings')
    .set({ closed_at: now })
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Replaces the evidence of the open finding of a kind about a subject. */
export async function renewEvidence(
  db: Db | Tx,
  { kind, subject, evidence }: Pick<NewFinding, 'kind' | 'subject' | 'evidence'>,
): Promise<void> {
  await db
    .updateTable('findings')
    .set({ evidence: JSON.stringify(evidence) })
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('closed_at', 'is', null)
    .execute()
}

/** What the open findings of a kind are about. */
export async function openSubjects(db: Db | Tx, kind: string): Promise<string[]> {
  const rows = await db
    .selectFrom('findings')
    .select('subject')
    .where('kind', '=', kind)
    .where('closed_at', 'is', null)
    .orderBy('subject')
    .execute()
  return rows.map(({ subject }) => subject)
}
