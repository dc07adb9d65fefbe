import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock, systemNewId } from '../../config/clock.ts'
import { connect } from '../../db/connect.ts'
import { chargeRecords } from '../../jobs/charge-records.ts'
import { createRateBook } from '../../jobs/rate-book.ts'
import { createTestDatabase } from '../support/database.ts'
import { withClient } from '../support/pg-client.ts'
import { runCommand } from '../support/run-command.ts'
import { callRecord, importFlatCard, openAccounts } from '../support/usage.ts'

/** A ledger with charges in it, of which a test may break what `setup` would then complain about. */
async function setupCharged() {
  const database = await createTestDatabase()
  const db = connect({ url: database.url, poolMax: 2, onError: () => undefined })
  onTestFinished(async () => {
    await db.destroy()
    await database.drop()
  })
  await openAccounts(db, systemClock, ['acct_a'])
  await importFlatCard(db, systemClock)
  const texts = Array.from({ length: 6_000 }, (_, n) =>
    callRecord({
      id: `text-${n}`,
      item: 'outgoing_text',
      kind: null,
      durationMs: null,
      segments: (n % 3) + 1,
    }),
  )
  const calls = [callRecord({ id: 'call-1' }), callRecord({ id: 'unanswered', durationMs: 0 })]
  const deps = { db, clock: systemClock, newId: systemNewId, rateBook: createRateBook(db) }
  await chargeRecords(deps, [...texts, ...calls])
  return {
    verify: () => runCommand(['verify-ledger'], { DATABASE_URL: database.url }),
    asOwner: (sql: string) => withClient(database.ownerUrl, (client) => client.query(sql)),
  }
}

describe('verify-ledger', () => {
  it('rates every priced record again and says that the rules hold', async () => {
    const { verify } = await setupCharged()

    const { exit, stdout } = await verify()

    expect(stdout).toContain(
      'ok     every charge comes out the same when it is rated again (6001 charges, 0 differ)',
    )
    expect(stdout).toContain('ok     the trial balance over all ledger accounts is zero\n')
    expect(stdout).not.toContain('BROKEN')
    expect(exit).toBe(0)
  })

  it('names a broken rule with what shows it', async () => {
    const { verify, asOwner } = await setupCharged()
    await asOwner(`update accounts set balance_micros = balance_micros + 1`)

    const { exit, stdout } = await verify()

    expect(stdout).toMatch(
      /BROKEN a stored balance is the sum of its entries.*\n +\{"id":"acct_a","balance_micros":"-/,
    )
    expect(exit).toBe(1)
  })

  it('finds charges that their stored rate and quantities do not give', async () => {
    const { verify, asOwner } = await setupCharged()
    await asOwner(`alter table rates disable trigger rates_are_append_only`)
    await asOwner(`update rates set rate_picos = rate_picos + 1000000 where item = 'phone_call'`)

    const { exit, stdout } = await verify()

    expect(stdout).toContain(
      'BROKEN every charge comes out the same when it is rated again (6001 charges, 1 differ)',
    )
    expect(stdout).toContain(
      '{"account":"acct_a","id":"call-1","amountMicros":"630000","billedSeconds":63,"reratedMicros":"630063","reratedSeconds":63}',
    )
    expect(exit).toBe(1)
  })
})
