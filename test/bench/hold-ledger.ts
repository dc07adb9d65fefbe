import { sql } from 'kysely'
import { parseUsd } from '../../billing/money.ts'
import { DEFAULT_SERVICE_POLICY, type ServicePolicy } from '../../billing/service-policy.ts'
import { policyJson } from '../../billing/service-policy-json.ts'
import { systemClock, systemNewId } from '../../config/clock.ts'
import type { Config } from '../../config/config.ts'
import { createLog } from '../../config/logger.ts'
import type { Db } from '../../db/connect.ts'
import { expireHolds } from '../../jobs/expire-holds.ts'
import { issueServiceKey } from '../../web/service-key.ts'
import type { Ledger } from './ledgers.ts'
import type { Rig } from './rig.ts'
import { ACCOUNTS, accountId } from './usage-rows.ts'

/** One where asks are refused neither for the money nor for a limit. */
export interface HoldLedger {
  readonly ledger: Ledger
  /** Of a process that serves HTTP. */
  readonly webConfig: Config
  readonly serviceKey: string
}

export async function openHoldLedger(rig: Rig): Promise<HoldLedger> {
  const ledger = await rig.ledgers.create()
  const serviceKey = await issueServiceKey(
    ledger.db,
    { name: 'bench', scopes: ['holds'] },
    { clock: systemClock, newId: systemNewId },
  )
  if (serviceKey === null) throw new Error('the ledger has a key already')
  await liftLimits(ledger.db)
  return { ledger, serviceKey, webConfig: { ...ledger.config({ usage: 1, worker: [] }), port: 0 } }
}

/** As many calls at once as a policy can allow to one account. */
export const OPEN_CALLS_MAX = 10_000

const POLICY: ServicePolicy = {
  ...DEFAULT_SERVICE_POLICY,
  limits: {
    concurrentCalls: OPEN_CALLS_MAX,
    spendPerHour: parseUsd('1000000'),
    spendPerDay: parseUsd('1000000'),
  },
  prefixCaps: [],
  trusted: true,
}

/** The same work as with the limits of every day, which would end it soon. */
async function liftLimits(db: Db): Promise<void> {
  const ids = Array.from({ length: ACCOUNTS }, (_, n) => accountId(n))
  await sql`
    insert into service_policies (account_id, policy, updated_at)
    select id, ${JSON.stringify(policyJson(POLICY))}::jsonb, ${systemClock.now()} from unnest(${ids}::text[]) as id`.execute(
    db,
  )
}

const DAY_MS = 86_400_000

/** Frees everything that is held, as it is freed when nobody has kept it. */
export async function freeHolds({ db }: Ledger): Promise<void> {
  const clock = { now: () => new Date(systemClock.now().getTime() + DAY_MS) }
  await expireHolds({ db, clock, log: createLog({ level: 'warn', process: 'bench' }) })
}

/** Frees everything that is held; throws unless nothing is held then. */
export async function expectAllFree(ledger: Ledger): Promise<void> {
  await freeHolds(ledger)
  const { rows } = await sql<{ accounts: bigint }>`
    select count(*) as accounts from account_holds where held_micros <> 0 or open_calls <> 0`.execute(
    ledger.db,
  )
  if (rows[0]?.accounts !== 0n) throw new Error(`${rows[0]?.accounts} accounts hold what is in no hold`)
}
