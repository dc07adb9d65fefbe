import { formatUsd } from '../billing/money.ts'
import { type Statement, StatementFault } from '../billing/statement.ts'
import type { Db } from '../db/connect.ts'
import { makeStatement, readMonthBounds, readMonthEntries } from '../db/monthly-statements.ts'
import { type MadeStatement, readMadeStatement } from '../db/monthly-statements-made.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, type Exit, Refused, required, runCommand, WrongCall } from './command.ts'
import { openInput } from './open-input.ts'
import { requireAccount } from './require-account.ts'
import { firstDifferingEntry } from './statement/differing-entry.ts'
import { type BalanceLine, balanceFaults, readEntries, readStatementCsv } from './statement/read-csv.ts'
import { differences, remakeStatement } from './statement/recompute.ts'

const HELP = `Usage: npm run -s verify-statement -- --account ID --month YYYY-MM [FILE.csv] [--data DIR]

Proves a monthly statement: makes its totals and its hash once more and compares them with what was stored when the month
had ended. Without a file it takes the entries of the ledger; with one it takes those of the file alone, as
GET /v1/accounts/ID/statements/YYYY-MM gave it with Accept: text/csv. Changes nothing.

  --account ID     whose statement
  --month YYYY-MM  of which month
  --data DIR       the data of the one-machine default, without DATABASE_URL
  --help           this text

Standard output has one line when all is the same; else a line for each difference, and for a file the first entry that
is not as in the ledger. docs/statements.md tells how to do the same by hand.

Exit codes: 0 all is the same; 1 something differs, or there is no such statement; 2 wrong call.
`

await runCommand({
  name: 'verify-statement',
  help: HELP,
  options: { account: { type: 'string' }, month: { type: 'string' } },
  args: [],
  optionalArg: 'FILE.csv',
  run: async ({ options, args: [file], dataDir }) => {
    const account = required(options, 'account')
    const month = required(options, 'month')
    if (!/^\d{4}-\d\d$/.test(month)) throw new WrongCall('--month must be a month like 2026-03')
    if (file === '-') throw new WrongCall('name a file: it is read twice where something differs')
    return await withRuntime({ process: 'verify-statement', dataDir }, async ({ db }) => {
      const stated = await readStated(db, { account, month })
      return file === undefined ? await verifyLedger(db, stated) : await verifyFile(db, stated, file)
    })
  },
})

async function readStated(db: Db, key: { account: string; month: string }): Promise<MadeStatement> {
  await requireAccount(db, key.account)
  const stated = await readMadeStatement(db, key)
  if (stated) return stated
  throw new Refused(
    `account ${key.account} has no statement of ${key.month}: one is made by the nightly run after the month has ended`,
  )
}

async function verifyLedger(db: Db, stated: MadeStatement): Promise<Exit> {
  const faults = await faultsOf(stated, () => makeStatement(db, stated.account, stated.month))
  return report(stated, faults)
}

async function verifyFile(db: Db, stated: MadeStatement, path: string): Promise<Exit> {
  const balances: BalanceLine[] = []
  const entriesOfFile = async () => readEntries(readStatementCsv(await openInput(path)), balances)
  const faults = [
    ...(await faultsOf(stated, async () => remakeStatement(stated, await entriesOfFile()))),
    ...balanceFaults(stated, balances),
  ]
  if (faults.length === 0) return report(stated, faults)
  const ledger = readMonthEntries(db, stated.account, await readMonthBounds(db, stated.account, stated.month))
  const differing = await firstDifferingEntry({ file: await entriesOfFile(), ledger })
  return report(stated, [...faults, differing ?? 'its entries are those of the ledger'])
}

async function faultsOf(stated: MadeStatement, remake: () => Promise<Statement>): Promise<string[]> {
  try {
    return differences(stated, await remake())
  } catch (error) {
    if (error instanceof StatementFault) return [error.message]
    throw error
  }
}

function report(
  { account, month, count, closingBalance, hash }: MadeStatement,
  faults: readonly string[],
): Exit {
  const name = `statement of ${account} for ${month.month}`
  if (faults.length === 0) {
    console.log(
      `ok     ${name}: ${count} entries, closing balance ${formatUsd(closingBalance)} USD, sha256 ${hash}`,
    )
    return EXIT.done
  }
  console.log(`BROKEN ${name}`)
  for (const fault of faults) console.log(`       ${fault}`)
  return EXIT.refused
}
