import { type CardFinding, describeCardFinding } from '../../billing/card-finding.ts'
import type { PriceCards } from '../../billing/price-usage.ts'
import { buildRateCard } from '../../billing/rate-card.ts'
import { parseAccountRates, parseRateCard } from '../../billing/rate-card-csv.ts'

/** A rate card file and what it holds. */
export interface CardFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The cards of a price, without the emergency numbers. */
type CardsRead = Omit<PriceCards, 'emergencyNumbers'>

/** Reads the standard card and, where given, the own rates of accounts. Null when a file is refused. Every fault and
 *  warning goes to `report`, a line each, of both files. */
export function readCards(
  files: { standard: CardFile; own: CardFile | null },
  report: (line: string) => void,
): CardsRead | null {
  const standard = checked(files.standard, parseRateCard(files.standard.bytes, { account: null }), report)
  const own = files.own ? checked(files.own, parseAccountRates(files.own.bytes), report) : NO_OWN_RATES
  if (!standard || !own) return null
  return {
    standard: buildRateCard(UNSTORED, standard.rates),
    own: new Map(
      Array.from(own.ratesByAccount, ([account, rates]) => [account, buildRateCard(UNSTORED, rates)]),
    ),
  }
}

const NO_OWN_RATES = { ratesByAccount: new Map() }

/** The version of a card that is in no database. */
const UNSTORED = 0

function checked<Card extends { warnings: CardFinding[] }>(
  { name }: CardFile,
  read: Card | { faults: CardFinding[] },
  report: (line: string) => void,
): Card | null {
  if ('faults' in read) {
    for (const fault of read.faults) report(`${name}: ${describeCardFinding(fault)}`)
    report(`${name}: refused, nothing is priced (faults: ${read.faults.length})`)
    return null
  }
  for (const warning of read.warnings) report(`${name}: warning: ${describeCardFinding(warning)}`)
  return read
}
