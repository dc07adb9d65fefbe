import { ACCOUNTS, type UsageRow, usageRows } from './usage-rows.ts'

/** How the rows of a scenario lie: over all accounts, or on a single one. */
export type Spread = 'all accounts' | 'one account'

/** Rows of one scenario. */
export interface ScenarioRows {
  /** Sent first and not counted. */
  readonly warmUp: readonly UsageRow[]
  readonly counted: readonly UsageRow[]
}

/** The same rows for all scenarios and rounds, made once. */
export class RowSupply {
  readonly #rows: Readonly<Record<Spread, readonly UsageRow[]>>

  /** Holds rows for scenarios of up to `countMax`. */
  constructor(countMax: number) {
    const count = countMax + warmUpOf(countMax)
    this.#rows = {
      'all accounts': usageRows({ first: 0, count, accounts: ACCOUNTS }),
      'one account': usageRows({ first: 0, count, accounts: 1 }),
    }
  }

  take(spread: Spread, count: number): ScenarioRows {
    const rows = this.#rows[spread]
    return { counted: rows.slice(0, count), warmUp: rows.slice(count, count + warmUpOf(count)) }
  }
}

function warmUpOf(count: number): number {
  return Math.ceil(count / 20)
}
