import { formatUsd, micros } from '../../billing/money.ts'
import { type AccountState, readAccountState, searchAccounts } from '../../db/account-search.ts'
import { listFindingsOf } from '../../db/finding-list.ts'
import { readStatement } from '../../db/statement.ts'
import { listTopups } from '../../db/topups.ts'
import { describeEntry } from '../describe-entry.ts'
import { html } from '../html.ts'
import { findingTable } from './finding-pages.ts'
import { maskNumbers } from './mask-numbers.ts'
import { look, notThere } from './ops-page.ts'
import { dataTable, factList, link, pathOf, when } from './show-data.ts'
import { topupTable } from './topup-pages.ts'

const FOUND_MAX = 50
const ENTRIES_SHOWN = 25
const TOPUPS_SHOWN = 10
const FINDINGS_SHOWN = 10

/** Accounts by a part of their id, a phone number or a payment. */
export const accountsPage = look('/accounts', async ({ query }, { db }) => {
  const text = (query.get('q') ?? '').trim().slice(0, 100)
  const accounts = await searchAccounts(db, { text, limit: FOUND_MAX })
  const rows = accounts.map((account) => [
    link(pathOf('accounts', account.id), account.id),
    stateOf(account),
    formatUsd(account.balance),
    formatUsd(account.held),
    rechargeOf(account),
  ])
  return {
    title: 'Accounts',
    content: html`<form method="get" action="/ops/accounts" role="search">
<label>Part of an account's id, a whole phone number, or a payment (pi_…) <input name="q" value="${text}" type="search"></label>
<button>Search</button>
</form>
${dataTable(
  accounts.length === FOUND_MAX ? `The first ${FOUND_MAX} accounts` : 'Accounts',
  ['account', 'state', 'balance USD', 'held USD', 'auto-recharge'],
  rows,
)}`,
  }
})

/** One account: its facts, its money of late, and what is wrong with it. */
export const accountPage = look('/accounts/:account', async ({ part }, { db }) => {
  const id = part('account')
  const account = await readAccountState(db, id)
  if (!account) return notThere('account')
  const [topups, findings, entries] = await Promise.all([
    listTopups(db, { account: id, limit: TOPUPS_SHOWN }),
    listFindingsOf(db, { account: id, limit: FINDINGS_SHOWN }),
    readStatement(db, {
      account: id,
      from: null,
      to: null,
      show: 'all',
      item: null,
      number: null,
      callId: null,
      beforeSeq: null,
      limit: ENTRIES_SHOWN,
    }),
  ])
  return {
    title: `Account ${id}`,
    content: html`${factList(factsOf(account))}
${findingTable('Findings', findings)}
${topupTable('Newest top-ups', topups)}
${dataTable(
  'Newest entries',
  ['number', 'posted', 'for', 'amount USD', 'balance after USD', 'source'],
  (entries ?? []).map((entry) => [
    String(entry.seq),
    when(entry.postedAt),
    maskNumbers(describeEntry(entry)),
    formatUsd(entry.amount),
    formatUsd(entry.balanceAfter),
    maskNumbers(entry.source),
  ]),
)}`,
  }
})

function factsOf(account: AccountState) {
  return {
    state: stateOf(account),
    balance: `${formatUsd(account.balance)} USD`,
    held: `${formatUsd(account.held)} USD`,
    available: `${formatUsd(micros(account.balance - account.held))} USD, before the reserve for renewals`,
    'auto-recharge': rechargeOf(account),
    'below its threshold since': when(account.rechargeNeededAt),
    'failing since': when(account.failingSince),
    'not charged before': when(account.nextTryAt),
    entries: String(account.entries),
    'time zone': account.timeZone,
    opened: when(account.createdAt),
  }
}

function stateOf({ status, statusReason }: AccountState): string {
  return statusReason === null ? status : `${status}: ${statusReason}`
}

function rechargeOf({
  rechargeEnabled,
  rechargeAmount,
  rechargeThreshold,
  pausedReason,
}: AccountState): string {
  if (!rechargeEnabled) return 'off'
  const rule = `${formatUsd(rechargeAmount)} below ${formatUsd(rechargeThreshold)}`
  return pausedReason === null ? rule : `paused: ${pausedReason} (${rule})`
}
