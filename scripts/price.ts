import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { PriceCards } from '../billing/price-usage.ts'
import { loadEmergencyNumbers } from '../config/config.ts'
import { EXIT, type Exit, required, runCommand } from './command.ts'
import { openInput } from './open-input.ts'
import { type PriceCounts, priceLines } from './price/price-lines.ts'
import { type CardFile, readCards } from './price/read-cards.ts'

const HELP = `Usage: npm run -s price -- --rates FILE.csv [--account-rates FILE.csv] --usage FILE.ndjson|-

Prices usage records and stores nothing: one JSON line on stdout for each line of usage, in order.

  --rates FILE          the standard rate card
  --account-rates FILE  own rates of accounts, which come first; its column "account" says whose each row is
  --usage FILE|-        usage records, one JSON object a line; - reads stdin
  --help                this text

The numbers of EMERGENCY_NUMBERS are never refused, and free unless a rate names exactly the number.

Exit codes: 0 every line has a price; 1 some lines have an error instead, or a rate file is refused (then its faults
are on stderr and nothing is priced); 2 wrong call.
`

const PROGRESS_LINES = 100_000

await runCommand({
  name: 'price',
  help: HELP,
  options: { rates: { type: 'string' }, 'account-rates': { type: 'string' }, usage: { type: 'string' } },
  args: [],
  run: async ({ options }) => {
    const rates = required(options, 'rates')
    const usage = required(options, 'usage')
    const emergencyNumbers = loadEmergencyNumbers()
    const accountRates = options['account-rates']
    const files = {
      standard: await readCardFile(rates),
      own: accountRates === undefined ? null : await readCardFile(accountRates),
    }
    const cards = readCards(files, (line) => console.error(line))
    if (!cards) return EXIT.refused
    return await priceToStdout(usage, { ...cards, emergencyNumbers })
  },
})

async function readCardFile(name: string): Promise<CardFile> {
  return { name, bytes: await buffer(await openInput(name)) }
}

async function priceToStdout(usage: string, cards: PriceCards): Promise<Exit> {
  let counts: PriceCounts = { lines: 0, refused: 0 }
  let shownLines = 0
  const progress = (now: PriceCounts) => {
    counts = now
    if (now.lines - shownLines < PROGRESS_LINES) return
    shownLines = now.lines
    console.error(`${now.lines} lines, ${now.refused} of them with an error`)
  }
  const source = await openInput(usage)
  try {
    await pipeline(source, (chunks) => priceLines(chunks, { cards, progress }), process.stdout, {
      end: false,
    })
  } catch (error) {
    if (!isReaderGone(error)) throw error
  }
  return counts.refused > 0 ? EXIT.refused : EXIT.done
}

/** Whoever reads our output, such as `head`, has enough. */
function isReaderGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}
