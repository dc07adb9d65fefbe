import { entryLine, type HashedEntry } from '../../billing/statement-hash.ts'

/** The first entry that is not the same in a file and in the ledger, in words; null when all of them are. */
export async function firstDifferingEntry({
  file,
  ledger,
}: {
  readonly file: AsyncIterable<HashedEntry>
  readonly ledger: AsyncIterable<HashedEntry>
}): Promise<string | null> {
  const entries = ledger[Symbol.asyncIterator]()
  for await (const inFile of file) {
    const { value } = await entries.next()
    const inLedger: HashedEntry | undefined = value
    if (!inLedger) return `entry ${inFile.seq}: it is in the file and not in the ledger`
    if (inLedger.seq < inFile.seq) return `entry ${inLedger.seq}: it is in the ledger and not in the file`
    const differs = entryLine(inFile) !== entryLine(inLedger)
    if (differs)
      return `entry ${inFile.seq}: the file has ${entryLine(inFile)}, the ledger ${entryLine(inLedger)}`
  }
  const { value } = await entries.next()
  const left: HashedEntry | undefined = value
  return left ? `entry ${left.seq}: it is in the ledger and not in the file` : null
}
