import { ZERO_MICROS } from '../../billing/money.ts'
import { parseUsageRecord, recordIdentity } from '../../billing/parse-usage-record.ts'
import type { ChargeReport } from './import-usage-file.ts'

/** Stands in for the charging in a dry run: refuses what is no usage record, and charges nothing. */
export function checkRecords(raws: readonly unknown[]): Promise<ChargeReport> {
  const refused = raws.flatMap((raw, index) => {
    const parsed = parseUsageRecord(raw)
    if ('record' in parsed) return []
    const message = `${parsed.fault.field} ${parsed.fault.message}`
    return [{ index, id: recordIdentity(raw).id, code: 'invalid_record', message }]
  })
  return Promise.resolve({ charged: 0, free: 0, duplicates: 0, amount: ZERO_MICROS, refused })
}
