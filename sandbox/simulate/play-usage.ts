import type { CommitReport } from '../../jobs/commit-usage.ts'
import { DEMO_ACCOUNTS, type DemoAccount } from '../demo/accounts.ts'
import { type DemoRecord, type Draw, drawEvent } from '../demo/traffic.ts'
import type { World } from './open-world.ts'

/** Between two looks at the balances, for an account whose share of the demo's traffic is one. */
const EVENTS_PER_SHARE = 5.5
/** An account that bought as many numbers as the demo's traffic has it would soon pay for nothing else. */
const PURCHASES_KEPT = 0.1

/** The demo's traffic, hours at a time. */
export interface UsagePlayer {
  /** Each account buys the number that the demo gives it. */
  buyOwnNumbers(): Promise<CommitReport>
  /** What happens on the phones of the accounts that have credit, from an instant until the clock's time. */
  play(from: Date): Promise<CommitReport>
}

export function createUsagePlayer({ db, clock, newId, workers }: World, random: () => number): UsagePlayer {
  const bought = new Set<string>()
  const buys = ({ item, to }: DemoRecord) => {
    if (item !== 'phone_number') return true
    const isKept = random() < PURCHASES_KEPT && !bought.has(to)
    if (isKept) bought.add(to)
    return isKept
  }
  return {
    buyOwnNumbers: async () => {
      const now = clock.now()
      for (const { number } of DEMO_ACCOUNTS) bought.add(number)
      return await workers.charge(DEMO_ACCOUNTS.map((account) => ownNumber(account, now)))
    },
    play: async (from) => {
      const balances = await db.selectFrom('accounts').select(['id', 'balance_micros']).execute()
      const withCredit = new Set(balances.filter((row) => row.balance_micros > 0n).map(({ id }) => id))
      const served = DEMO_ACCOUNTS.filter(({ id }) => withCredit.has(id))
      const draws = { random, newId, from, until: clock.now() }
      const records = served.flatMap((account) => drawUsage(account, draws)).filter(buys)
      return await workers.charge(records)
    },
  }
}

function ownNumber({ id, number }: DemoAccount, now: Date): DemoRecord {
  const purchase = { item: 'phone_number', kind: 'purchase', from: number, to: number } as const
  return { id: `own-number-${id}`, account: id, occurredAt: now.toISOString(), ...purchase }
}

function drawUsage(
  account: DemoAccount,
  { random, newId, from, until }: Omit<Draw, 'now'> & { from: Date; until: Date },
): DemoRecord[] {
  const events = Math.round(account.share * EVENTS_PER_SHARE * (0.5 + random()))
  const lengthMs = until.getTime() - from.getTime()
  return Array.from({ length: events }, () => {
    const now = new Date(from.getTime() + Math.floor(random() * lengthMs))
    return drawEvent({ random, newId, now }, [account])
  }).flat()
}
