import type { CardFinding } from './card-finding.ts'
import type { Rate } from './rate.ts'
import { readCardTable } from './rate-card-table.ts'
import { KEY_COLUMNS, readRate } from './rate-row.ts'
import { checkRateSets, type RowFinding } from './rate-set-checks.ts'
import { ACCOUNT_ID } from './usage-fields.ts'

/** Reads and checks a whole rate card file (CONTRACTS: rate card). It is taken as a whole or refused as a whole, with
 *  every fault in it. `account` is the account whose own card it is, null for a standard card: then the column
 *  `account` must be empty; for an own card it may be missing or empty, and may not name another account. */
export function parseRateCard(
  bytes: Uint8Array,
  { account }: { account: string | null },
): { rates: Rate[]; warnings: CardFinding[] } | { faults: CardFinding[] } {
  const rule =
    account === null ? "must be empty: only an account's own card names one" : `must be ${account} or empty`
  const read = readCard(bytes, (owner) => {
    return owner === '' || owner === account ? { card: '' } : { fault: rule }
  })
  return 'faults' in read ? read : { rates: read.cards.get('') ?? [], warnings: read.warnings }
}

/** Reads a file with the own rates of several accounts, each row naming its account. Rows are numbered through the
 *  whole file. */
export function parseAccountRates(
  bytes: Uint8Array,
): { ratesByAccount: ReadonlyMap<string, Rate[]>; warnings: CardFinding[] } | { faults: CardFinding[] } {
  const rule = 'must name an account: 1 to 64 characters of A-Z a-z 0-9 _ -'
  const read = readCard(bytes, (owner) => {
    return ACCOUNT_ID.test(owner) ? { card: owner } : { fault: rule }
  })
  return 'faults' in read ? read : { ratesByAccount: read.cards, warnings: read.warnings }
}

/** Tells by a row's `account` cell whose card it belongs to. */
type CardOf = (owner: string) => { card: string } | { fault: string }

function readCard(
  bytes: Uint8Array,
  cardOf: CardOf,
): { cards: Map<string, Rate[]>; warnings: CardFinding[] } | { faults: CardFinding[] } {
  const { rows, faults: tableFaults } = readCardTable(bytes)
  const rowFaults: CardFinding[] = []
  const cards = new Map<string, Rate[]>()
  for (const [index, { line, cell }] of rows.entries()) {
    const { rate, faults: cellFaults } = readRate(cell, index + 1)
    for (const fault of cellFaults) rowFaults.push({ line, ...fault })
    const owner = cardOf(cell('account'))
    if ('fault' in owner) rowFaults.push({ line, column: 'account', message: owner.fault })
    else if (!cellFaults.some(({ column }) => KEY_COLUMNS.has(column))) addTo(cards, owner.card, rate)
  }

  const lineOf = (row: number) => rows[row - 1]?.line ?? 0
  const located = ({ row, column, message }: RowFinding) => ({ line: lineOf(row), column, message })
  const checks = [...cards.values()].map((rates) => checkRateSets(rates, lineOf))
  const setFaults = checks.flatMap((check) => check.faults.map(located))
  const faults = [...tableFaults, ...rowFaults, ...setFaults].sort(byLine)
  if (faults.length > 0) return { faults }
  const warnings = checks.flatMap((check) => check.warnings.map(located)).sort(byLine)
  return { cards, warnings }
}

function byLine(a: CardFinding, b: CardFinding): number {
  return a.line - b.line
}

function addTo(cards: Map<string, Rate[]>, card: string, rate: Rate): void {
  const rates = cards.get(card)
  if (rates) rates.push(rate)
  else cards.set(card, [rate])
}
