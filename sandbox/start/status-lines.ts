import { isDeepStrictEqual } from 'node:util'
import { formatUsd, subtractMicros, ZERO_MICROS } from '../../billing/money.ts'
import type { AccountOverview } from '../../db/account-overview.ts'
import type { ChargeTotals } from './charge-totals.ts'

/** What there is to see at one moment. */
export interface Status {
  readonly totals: Readonly<ChargeTotals>
  readonly accounts: readonly AccountOverview[]
}

/** Whether any figure is another one. */
export function hasMoved(status: Status, before: Status): boolean {
  return !isDeepStrictEqual(status, before)
}

/** One line for a log: totals since the start with what is new, and the balances that moved. */
export function statusLine(status: Status, before: Status): string {
  const moved = status.accounts.filter((account) => movementOf(account, before) !== ZERO_MICROS)
  const balances = moved.map(({ id, balance }) => `${id} ${formatUsd(balance)}`)
  return [...totalsOf(status, before), ...balances].join('  ')
}

/** Lines of a table for a terminal, at most 76 columns wide. */
export function statusTable(status: Status, before: Status): string[] {
  return [
    row('account', 'balance, USD', 'just now', ''),
    ...status.accounts.map((account) => {
      const movement = movementOf(account, before)
      const sign = movement > 0n ? '+' : ''
      const note = account.rechargeNeededAt ? 'needs a recharge' : ''
      return row(
        account.id,
        formatUsd(account.balance),
        movement === 0n ? '' : sign + formatUsd(movement),
        note,
      )
    }),
    '',
    `  ${totalsOf(status, before).join('   ')}`,
  ]
}

/** Accounts that are noted as in need of a recharge now and were not before. */
export function newlyInNeed(status: Status, before: Status): string[] {
  const earlier = new Set(before.accounts.filter(inNeed).map(({ id }) => id))
  return status.accounts.filter((account) => inNeed(account) && !earlier.has(account.id)).map(({ id }) => id)
}

/** Accounts whose balance rose: a card was charged, or an operator gave credit. */
export function newlyCredited(status: Status, before: Status): readonly AccountOverview[] {
  return status.accounts.filter((account) => movementOf(account, before) > ZERO_MICROS)
}

function totalsOf({ totals }: Status, before: Status): string[] {
  return [
    `records ${totals.records} (+${totals.records - before.totals.records})`,
    `entries ${totals.entries}`,
    `${formatUsd(totals.amount)} USD`,
    `duplicates ${totals.duplicates}`,
    `unrated ${totals.unrated}`,
  ]
}

function inNeed({ rechargeNeededAt }: AccountOverview): boolean {
  return rechargeNeededAt !== null
}

function movementOf({ id, balance }: AccountOverview, before: Status) {
  const earlier = before.accounts.find((account) => account.id === id)
  return earlier ? subtractMicros(balance, earlier.balance) : ZERO_MICROS
}

function row(account: string, balance: string, movement: string, note: string): string {
  return `  ${account.padEnd(22)}${balance.padStart(14)}${movement.padStart(14)}  ${note}`.trimEnd()
}
