import { expect, it } from 'vitest'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { importUsageFile } from '../../scripts/import/import-usage-file.ts'
import { sourceRows } from '../../scripts/import/source-rows.ts'
import { setup } from '../support/setup.ts'
import { importFlatCard, openAccounts } from '../support/usage.ts'

const SOURCE = {
  format: 'asterisk',
  account: 'acct_a',
  timeZone: 'UTC',
  country: 'US',
  direction: undefined,
} as const

function callLine({ billsec, sequence }: { billsec: number; sequence: number }): string {
  return (
    '"","101","12035550123","from-internal","""Joe"" <101>","PJSIP/101-0000002a","PJSIP/carrier-0000002b","Dial",' +
    `"PJSIP/12035550123@carrier","2026-03-02 10:00:00","2026-03-02 10:00:05","2026-03-02 10:01:00",60,${billsec},` +
    `"ANSWERED","DOCUMENTATION","1772445600.1","","","1772445600.1",${sequence}\n`
  )
}

it('a file that is imported twice is charged once, and a changed row of it is a conflict', async () => {
  const { db, clock } = await setup()
  await openAccounts(db, clock, ['acct_a'])
  await importFlatCard(db, clock)
  const deps = {
    db,
    clock,
    newId: () => '00000000-0000-4000-8000-000000000001',
    rateBook: createRateBook(db),
  }
  const reported: string[] = []
  const importFile = (text: string) =>
    importUsageFile(sourceRows(ReadableStream.from([Buffer.from(text)]), SOURCE), {
      charge: (raws) => chargeRecords(deps, raws),
      report: (line) => reported.push(line),
      progress: () => undefined,
    })
  const file = callLine({ billsec: 50, sequence: 1 }) + callLine({ billsec: 0, sequence: 2 })

  expect(await importFile(file)).toMatchObject({ charged: 1, free: 1, refused: 0, amount: 500_000n })
  expect(await importFile(file)).toMatchObject({ charged: 0, free: 0, alreadyCharged: 2, refused: 0 })
  expect(await importFile(callLine({ billsec: 51, sequence: 1 }))).toMatchObject({ charged: 0, refused: 1 })
  expect(reported).toEqual([expect.stringMatching(/^line 1: 1772445600\.1#1: conflict: /)])
})
