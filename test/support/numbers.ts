import { parseUsd } from '../../billing/money.ts'
import { systemNewId } from '../../config/clock.ts'
import { createAccount } from '../../db/accounts.ts'
import { adjust } from '../../db/corrections.ts'
import { type PhoneNumber, readNumbers } from '../../db/phone-numbers.ts'
import { importRateCard } from '../../db/rate-cards.ts'
import { inTransaction } from '../../db/transaction.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import type { CommitReport } from '../../jobs/commit-usage.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { renewAccount } from '../../jobs/renew-account.ts'
import { renewals } from '../../jobs/renewals.ts'
import { runOwedDates } from '../../jobs/run-owed.ts'
import { NUMBER_RATES } from './number-rates.ts'
import { LogLines } from './pipeline.ts'
import { type Setup, setup } from './setup.ts'
import { openAccounts } from './usage.ts'

const DAY_MS = 86_400_000

export interface Numbers extends Setup {
  readonly context: JobContext
  readonly logged: LogLines
  /** Buys a number by a usage record. */
  buy(number: string, fields?: { account?: string; at?: string; id?: string }): Promise<CommitReport>
  /** Moves the balance by so many dollars. */
  move(usd: string, account?: string): Promise<void>
  /** Works every run of renewals that is owed. */
  run(): Promise<void>
  /** Lets so many nights pass, each with its run. */
  nights(count: number): Promise<void>
  /** Decides again about an account's numbers, as the sweeper would have it done where that is owed. */
  renewWoken(account?: string): Promise<boolean>
  numberOf(number: string, account?: string): Promise<PhoneNumber>
  /** The renewals of an account, as `<number> <period>`, in the order of their entries. */
  renewalsOf(account?: string): Promise<string[]>
  mailsOf(account?: string): Promise<string[]>
}

/** Two accounts in New York, rates for numbers, no cards and no Stripe, unless `extend` brings one. */
export async function setupNumbers(
  settingUp: Promise<Setup> = setup(),
  extend: Partial<Pick<JobContext, 'stripe' | 'wake'>> = {},
): Promise<Numbers> {
  const base = await settingUp
  const { db, clock } = base
  await openAccounts(db, clock, ['acct_a', 'acct_b'])
  await importRateCard(db, { name: 'standard', account: null, rates: NUMBER_RATES }, clock.now())
  await db
    .updateTable('auto_recharges')
    .set({ emails: ['owner@example.com'] })
    .execute()
  const logged = new LogLines()
  const context: JobContext = {
    db,
    clock,
    log: logged.log,
    newId: systemNewId,
    rateBook: createRateBook(db),
    stripe: null,
    mailer: null,
    webhooks: { send: () => Promise.reject(new Error('not used')) },
    publicUrl: 'https://billing.example.com',
    wake: () => Promise.resolve(),
    rateInTurn: (_records, rate) => rate(),
    commitUsage: () => Promise.reject(new Error('not used')),
    ...extend,
  }
  // Cards that were imported a moment ago are in force, too.
  const run = () => runOwedDates({ ...context, rateBook: createRateBook(db) }, renewals)
  const renew = async (account: string) => {
    const prepared = renewAccount.prepare({ v: 1, account })
    if ('fault' in prepared) throw new Error(prepared.fault)
    await prepared.run(context)
  }
  let moves = 0
  return {
    ...base,
    context,
    logged,
    run,
    buy: async (number, { account = 'acct_a', at = clock.now().toISOString(), id } = {}) =>
      await chargeRecords(context, [purchaseRecord(number, { account, at, ...(id ? { id } : {}) })]),
    move: async (usd, account = 'acct_a') => {
      moves += 1
      const change = { account, id: `move-${moves}`, amount: parseUsd(usd), reason: 'test', postedBy: 'test' }
      await inTransaction(db, (tx) => adjust(tx, change, clock.now()))
    },
    nights: async (count) => {
      for (let night = 0; night < count; night++) {
        clock.advance(DAY_MS)
        await run()
      }
    },
    renewWoken: async (account = 'acct_a') => {
      const owed = await db
        .selectFrom('auto_recharges')
        .select('renew_at')
        .where('account_id', '=', account)
        .executeTakeFirst()
      if (!owed?.renew_at) return false
      await renew(account)
      return true
    },
    numberOf: async (number, account = 'acct_a') => {
      const [found] = await readNumbers(db, [{ account, number }])
      if (!found) throw new Error(`${account} has no number ${number}`)
      return found
    },
    renewalsOf: async (account = 'acct_a') => {
      const rows = await db
        .selectFrom('entries')
        .select('source')
        .where('account_id', '=', account)
        .where('source', 'like', 'renewal/%')
        .orderBy('seq')
        .execute()
      return rows.map(({ source }) => source.split('/').slice(1).join(' '))
    },
    mailsOf: async (account = 'acct_a') => {
      const rows = await db
        .selectFrom('mails')
        .select(['template', 'created_at'])
        .where('account_id', '=', account)
        .orderBy('created_at')
        .orderBy('template')
        .execute()
      return rows.map(({ template, created_at }) => `${created_at.toISOString().slice(0, 10)} ${template}`)
    },
  }
}

/** A purchase as a producer sends it. */
export function purchaseRecord(
  number: string,
  fields: { account?: string; at: string; id?: string },
): Readonly<Record<string, unknown>> {
  const { account = 'acct_a', at, id = `buy-${number.replace('+', '')}` } = fields
  return { id, account, item: 'phone_number', kind: 'purchase', to: number, occurredAt: at }
}

/** Opens an account of a zone. */
export async function openIn(
  numbers: Pick<Setup, 'db' | 'clock'>,
  id: string,
  timeZone: string,
): Promise<void> {
  await createAccount(numbers.db, { id, timeZone }, numbers.clock.now())
}
