import { buffer } from 'node:stream/consumers'
import { describeCardFinding } from '../../billing/card-finding.ts'
import type { Rate } from '../../billing/rate.ts'
import { parseRateCard } from '../../billing/rate-card-csv.ts'
import { openInput } from '../open-input.ts'

/** Reads a rate card file; its warnings go to `warn`. Null when it is refused, with each fault told to `report`. */
export async function readCardFile(
  file: { path: string; account: string | null },
  { report, warn }: Record<'report' | 'warn', (line: string) => void>,
): Promise<Rate[] | null> {
  const read = parseRateCard(await buffer(await openInput(file.path)), { account: file.account })
  if ('faults' in read) {
    for (const fault of read.faults) report(describeCardFinding(fault))
    report(`${file.path}: refused, nothing was stored (faults: ${read.faults.length})`)
    return null
  }
  for (const warning of read.warnings) warn(`warning: ${describeCardFinding(warning)}`)
  return read.rates
}
