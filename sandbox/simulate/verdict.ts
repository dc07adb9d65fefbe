import { centsToMicros, formatUsd, micros } from '../../billing/money.ts'
import type { Db } from '../../db/connect.ts'
import { checkInvariants } from '../../db/invariants.ts'
import type { FakeStripe } from '../fake-stripe/start-fake-stripe.ts'
import type { World } from './open-world.ts'

/** Whether everything is as it should be in the end, rule by rule. */
export interface Check {
  readonly rule: string
  /** What breaks the rule, each in a line. */
  readonly broken: readonly string[]
}

export async function checkWorld({ db, stripe, workers }: World): Promise<Check[]> {
  const invariants = await checkInvariants(db)
  const details = (evidence: unknown) =>
    JSON.stringify(evidence, (_key, value) => (typeof value === 'bigint' ? value.toString() : value))
  return [
    {
      rule: 'every rule of the ledger holds',
      broken: invariants.map(({ invariant, evidence }) => `${invariant}: ${details(evidence)}`),
    },
    {
      rule: 'credited minus returned is what Stripe took from each account',
      broken: await compareMoney(db, stripe),
    },
    { rule: 'every nightly run is finished', broken: await unfinishedRuns(db) },
    { rule: 'no job failed', broken: workers.failures },
    { rule: 'there is no critical finding', broken: await criticalFindings(db) },
  ]
}

async function compareMoney(db: Db, { ledger }: FakeStripe): Promise<string[]> {
  const rows = await db
    .selectFrom('accounts as a')
    .leftJoin('entries as e', (join) =>
      join.onRef('e.account_id', '=', 'a.id').on('e.contra', '=', 'clearing:stripe'),
    )
    .select(({ fn }) => ['a.id', fn.sum<string | null>('e.amount_micros').as('amount')])
    .groupBy('a.id')
    .orderBy('a.id')
    .execute()
  return rows.flatMap(({ id, amount }) => {
    const customer = { metadata: { ringledger_account: id } }
    const taken = centsToMicros(ledger.captured(customer) - ledger.returned(customer))
    const credited = micros(BigInt(amount ?? 0))
    if (credited === taken) return []
    return [`${id}: credited ${formatUsd(credited)}, Stripe took ${formatUsd(taken)}`]
  })
}

async function unfinishedRuns(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['kind', 'business_date'])
    .where('finished_at', 'is', null)
    .orderBy('kind')
    .execute()
  return rows.map(({ kind, business_date }) => `${kind} of ${business_date}`)
}

async function criticalFindings(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('findings')
    .select(['kind', 'subject', 'evidence'])
    .where('severity', '=', 'critical')
    .where('closed_at', 'is', null)
    .orderBy('found_at')
    .execute()
  return rows.map(({ kind, subject, evidence }) => `${kind} ${subject}: ${JSON.stringify(evidence)}`)
}
