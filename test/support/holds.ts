import type { HoldAsk } from '../../billing/hold.ts'
import { formatUsd, micros, parseUsd } from '../../billing/money.ts'
import type { Rate } from '../../billing/rate.ts'
import { DEFAULT_SERVICE_POLICY, type ServicePolicy } from '../../billing/service-policy.ts'
import { systemNewId } from '../../config/clock.ts'
import { adjust } from '../../db/corrections.ts'
import { importRateCard } from '../../db/rate-cards.ts'
import { saveServicePolicy } from '../../db/service-policies.ts'
import { inTransaction } from '../../db/transaction.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { expireHolds } from '../../jobs/expire-holds.ts'
import { HoldDesk } from '../../jobs/hold-desk.ts'
import type { HoldOutcome } from '../../jobs/hold-request.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { LogLines } from './pipeline.ts'
import { type Setup, setup } from './setup.ts'
import { importFlatCard, openAccounts } from './usage.ts'

/** A call of 60 wanted seconds at a cent a second, unless told otherwise. */
export function callAsk(fields: Partial<HoldAsk> = {}): HoldAsk {
  return {
    requestId: 'r1',
    account: 'acct_a',
    item: 'phone_call',
    kind: 'outbound',
    from: '+12025550123',
    to: '+14155550199',
    seconds: 60,
    segments: null,
    ...fields,
  }
}

export type Holds = Awaited<ReturnType<typeof setupHolds>>

/**
 * Two accounts that are no longer new, a hold desk, and a way to charge usage. A call costs a cent a second, and so on as in
 * the flat card, unless there are other rates.
 */
export async function setupHolds(rates: readonly Rate[] | null = null, settingUp: Promise<Setup> = setup()) {
  const base = await settingUp
  const { db, clock } = base
  const opened = clock.now()
  clock.advance(-100 * DAY_MS)
  await openAccounts(db, clock, ['acct_a', 'acct_b'])
  clock.set(opened.toISOString())
  if (rates) await importRateCard(db, { name: 'standard', account: null, rates }, clock.now())
  else await importFlatCard(db, clock)
  const logged = new LogLines()
  const rateBook = createRateBook(db)
  const deps = { db, clock, newId: systemNewId, rateBook, log: logged.log }
  const crossed: string[] = []
  const openDesk = () => new HoldDesk({ ...deps, onCrossed: (accounts) => crossed.push(...accounts) })
  let credits = 0
  return {
    ...base,
    deps,
    logged,
    /** Accounts that the desks said have crossed zero, in order. */
    crossed,
    /** One more desk, as another process has. */
    openDesk,
    desk: openDesk(),
    credit: async (usd: string, account = 'acct_a') => {
      credits += 1
      const change = {
        account,
        id: `credit-${credits}`,
        amount: parseUsd(usd),
        reason: 'test',
        postedBy: 'test',
      }
      await inTransaction(db, (tx) => adjust(tx, change, clock.now()))
    },
    changePolicy: async (change: Partial<ServicePolicy>, account = 'acct_a') => {
      const policy = { ...DEFAULT_SERVICE_POLICY, ...change }
      const saved = { id: systemNewId(), now: clock.now() }
      await inTransaction(db, (tx) => saveServicePolicy(tx, { account, policy, by: 'test' }, saved))
    },
    charge: (raws: readonly unknown[]) => chargeRecords(deps, raws),
    expire: () => expireHolds(deps),
    /** Balance, what is held, and open calls of an account. */
    moneyOf: async (account = 'acct_a') => {
      const row = await db
        .selectFrom('accounts as a')
        .innerJoin('account_holds as h', 'h.account_id', 'a.id')
        .select(['a.balance_micros', 'h.held_micros', 'h.open_calls'])
        .where('a.id', '=', account)
        .executeTakeFirstOrThrow()
      return {
        balance: formatUsd(micros(row.balance_micros)),
        held: formatUsd(micros(row.held_micros)),
        openCalls: row.open_calls,
      }
    },
    stateOf: async (requestId: string, account = 'acct_a') => {
      const row = await db
        .selectFrom('holds')
        .select('state')
        .where('account_id', '=', account)
        .where('request_id', '=', requestId)
        .executeTakeFirst()
      return row?.state ?? null
    },
  }
}

const DAY_MS = 86_400_000

/** A granted hold; fails the test on any other outcome. */
export function granted(outcome: HoldOutcome) {
  if (outcome.kind !== 'granted') throw new Error(`not granted: ${JSON.stringify(outcome)}`)
  return outcome
}
