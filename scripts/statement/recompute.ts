import { formatUsd } from '../../billing/money.ts'
import { addEntry, finishStatement, type Statement, startStatement } from '../../billing/statement.ts'
import type { HashedEntry } from '../../billing/statement-hash.ts'

/**
 * Makes a statement once more from other entries, which have to begin where it does. Throws a StatementFault where they do
 * not continue one another.
 */
export async function remakeStatement(
  { account, month, openingBalance, firstSeq }: Statement,
  entries: AsyncIterable<HashedEntry>,
): Promise<Statement> {
  const again = startStatement({ account, month, openingBalance, seqBefore: (firstSeq ?? 1n) - 1n })
  for await (const entry of entries) addEntry(again, entry)
  return finishStatement(again)
}

/** What differs between a statement and what its entries come to, a line each; none where all is the same. */
export function differences(stated: Statement, found: Statement): string[] {
  const before = factsOf(stated)
  const after = factsOf(found)
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((what) => before.get(what) !== after.get(what))
    .map(
      (what) =>
        `${what}: the statement says ${before.get(what) ?? 'none'}, its entries ${after.get(what) ?? 'none'}`,
    )
}

function factsOf(statement: Statement): Map<string, string> {
  const { openingBalance, closingBalance, totals, count, firstSeq, lastSeq, hash } = statement
  return new Map([
    ['opening balance', formatUsd(openingBalance)],
    ['number of entries', String(count)],
    ['first entry', String(firstSeq ?? 'none')],
    ['last entry', String(lastSeq ?? 'none')],
    ...totals.map(({ item, count: entries, amount }): [string, string] => [
      `total of ${item}`,
      `${formatUsd(amount)} in ${entries}`,
    ]),
    ['closing balance', formatUsd(closingBalance)],
    ['hash', hash],
  ])
}
