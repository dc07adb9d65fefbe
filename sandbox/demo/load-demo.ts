import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeCardFinding } from '../../billing/card-finding.ts'
import { parseRateCard } from '../../billing/rate-card-csv.ts'
import { createAccount } from '../../db/accounts.ts'
import type { Db } from '../../db/connect.ts'
import { promote } from '../../db/corrections.ts'
import { importRateCard, listNewestVersions } from '../../db/rate-cards.ts'
import { inTransaction } from '../../db/transaction.ts'
import { ACCOUNT_WITH_OWN_CARD, DEMO_ACCOUNTS, type DemoAccount } from './accounts.ts'

const CARDS = [
  { name: 'standard', account: null, file: 'standard-rates.csv' },
  { name: ACCOUNT_WITH_OWN_CARD, account: ACCOUNT_WITH_OWN_CARD, file: 'harbor-realty-rates.csv' },
] as const

/**
 * Puts the demo's rate cards and accounts into the ledger, the accounts with their starting credit. What is there
 * already stays as it is, so that running it at each start changes nothing.
 */
export async function loadDemo(db: Db, now: Date): Promise<void> {
  const versions = await listNewestVersions(db)
  for (const card of CARDS) {
    if (versions.some(({ account }) => account === card.account)) continue
    await importCard(db, card, now)
  }
  for (const account of DEMO_ACCOUNTS) await openAccount(db, account, now)
}

async function importCard(db: Db, { name, account, file }: (typeof CARDS)[number], now: Date): Promise<void> {
  const card = parseRateCard(await readFile(join(import.meta.dirname, file)), { account })
  if ('faults' in card) throw new Error(`${file}: ${card.faults.map(describeCardFinding).join('; ')}`)
  await importRateCard(db, { name, account, rates: card.rates }, now)
}

async function openAccount(db: Db, { id, timeZone, startingCredit }: DemoAccount, now: Date): Promise<void> {
  await inTransaction(db, async (tx) => {
    if (!(await createAccount(tx, { id, timeZone }, now))) return
    const credit = {
      account: id,
      id: 'demo-start',
      amount: startingCredit,
      reason: 'starting credit',
      postedBy: 'demo',
    }
    await promote(tx, credit, now)
  })
}
