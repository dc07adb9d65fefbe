import { setTimeout as sleep } from 'node:timers/promises'
import { ACCOUNT_ID } from '../billing/parse-usage-record.ts'
import type { Rate } from '../billing/rate.ts'
import type { Db } from '../db/connect.ts'
import { type CardVersion, importRateCard, listNewestVersions, loadRates } from '../db/rate-cards.ts'
import { RATE_BOOK_AGE_MAX_MS } from '../jobs/rate-book.ts'
import { type Runtime, withRuntime } from '../sandbox/runtime.ts'
import { EXIT, type Exit, Refused, required, runCommand, WrongCall } from './command.ts'
import { type CardChanges, compareCards } from './rates/compare-cards.ts'
import { describeChanges } from './rates/describe-changes.ts'
import { readCardFile } from './rates/read-card-file.ts'
import { requireAccount } from './require-account.ts'

const HELP = `Usage: npm run -s import-rates -- --card NAME [--account ID] [--dry-run] [--data DIR] FILE.csv

Checks a rate card file as a whole, shows what it changes against the card's newest version, and stores it as the next
version: the whole card, not an addition to it. Versions that are there stay as they are, and so does what was charged by
them. A file that changes nothing makes no version.

FILE.csv may be - for standard input.

  --card NAME    the card's name: one card is the standard card, whatever its name
  --account ID   makes it that account's own card, which comes before the standard card
  --dry-run      checks and compares, and stores nothing
  --data DIR     the data of the one-machine default, without DATABASE_URL
  --help         this text

Standard output has one line for each fault of the file, or what changes and the version; warnings, of times in which a
number has no rate of its own, are on standard error. When the command returns, every worker prices by the new version.

Exit codes: 0 done; 1 the file, the card or the account is refused and nothing was stored; 2 wrong call.
`

/** A worker may have looked just before the version was there, and its timer and ours may differ. */
const IN_FORCE_AFTER_MS = RATE_BOOK_AGE_MAX_MS + 100

const CARD_NAME = /^[^\p{C}]{1,100}$/u

await runCommand({
  name: 'import-rates',
  help: HELP,
  options: { card: { type: 'string' }, account: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  args: ['FILE.csv'],
  run: async ({ options, args: [path = ''], dataDir }) => {
    const name = required(options, 'card')
    const account = options.account ?? null
    if (!CARD_NAME.test(name))
      throw new WrongCall('--card must be 1 to 100 characters, none of them a control')
    if (account !== null && !ACCOUNT_ID.test(account)) {
      throw new WrongCall('--account must be 1 to 64 characters of A-Z a-z 0-9 _ -')
    }
    const output = {
      report: (line: string) => console.log(line),
      warn: (line: string) => console.error(line),
    }
    const rates = await readCardFile({ path, account }, output)
    if (!rates) return EXIT.refused
    if (rates.length === 0 && account === null) {
      throw new Refused(`${path} has no rates: a standard card without any would price nothing`)
    }
    const card = { name, account, rates, dryRun: options['dry-run'] ?? false }
    return await withRuntime({ process: 'import-rates', dataDir }, (runtime) => importCard(runtime, card))
  },
})

interface CardImport {
  readonly name: string
  readonly account: string | null
  readonly rates: readonly Rate[]
  readonly dryRun: boolean
}

async function importCard({ db, clock }: Runtime, card: CardImport): Promise<Exit> {
  if (card.account !== null) await requireAccount(db, card.account)
  const newest = await findNewestVersion(db, card)
  const changes = compareCards(newest ? await loadRates(db, newest.id) : [], card.rates)
  const before = newest ? 'compared with its newest version' : 'a new card'
  console.log(`${card.name}, ${before}: ${card.rates.length} rates`)
  for (const line of describeChanges(changes)) console.log(line)
  if (newest && !isChange(changes)) {
    console.log('nothing changed: no version was made')
    return EXIT.done
  }
  if (card.dryRun) {
    console.log('dry run: nothing was stored')
    return EXIT.done
  }
  const { version } = await importRateCard(db, card, clock.now())
  console.log(`stored as version ${version} of ${card.name}`)
  await sleep(IN_FORCE_AFTER_MS)
  console.log('in force: every worker prices by it from now on')
  return EXIT.done
}

/** Null for a card that is not there yet. Refuses what the import would refuse, so that a dry run tells it too. */
async function findNewestVersion(db: Db, { name, account }: CardImport): Promise<CardVersion | null> {
  const versions = await listNewestVersions(db)
  const named = versions.find((version) => version.card === name)
  const owned = versions.find((version) => version.account === account)
  if (named && named.account !== account) throw new Refused(`${name} is ${ownerOf(named.account)}`)
  if (owned && !named) throw new Refused(`${ownerOf(account)} is named ${owned.card}: import under that name`)
  return named ?? null
}

function ownerOf(account: string | null): string {
  return account === null ? 'the standard card' : `the own card of account ${account}`
}

function isChange({ added, removed, changed }: CardChanges): boolean {
  return added.length + removed.length + changed.length > 0
}
