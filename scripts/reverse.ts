import { reverseEntry } from '../db/corrections.ts'
import { inTransaction } from '../db/transaction.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { Refused, required, runCommand, WrongCall } from './command.ts'
import { reportPosting } from './report-posting.ts'

const HELP = `Usage: npm run -s reverse -- --account ID --seq N --reason TEXT --by NAME [--data DIR]

Takes an entry back by another one of the opposite amount, once. Entries are never changed. A reversal is not reversed:
correct it with npm run -s adjust.

  --account ID    whose entry
  --seq N         the entry's number in the account
  --reason TEXT   why; the customer sees it with the entry
  --by NAME       who decided; kept with the entry
  --data DIR      the data of the one-machine default, without DATABASE_URL
  --help          this text

Exit codes: 0 reversed, or reversed before; 1 refused, nothing was posted; 2 wrong call.
`

await runCommand({
  name: 'reverse',
  help: HELP,
  options: {
    account: { type: 'string' },
    seq: { type: 'string' },
    reason: { type: 'string' },
    by: { type: 'string' },
  },
  args: [],
  run: async ({ options, dataDir }) => {
    const reversal = {
      account: required(options, 'account'),
      seq: readSeq(required(options, 'seq')),
      reason: required(options, 'reason'),
      postedBy: required(options, 'by'),
    }
    return await withRuntime({ process: 'reverse', dataDir }, async ({ db, clock }) => {
      const { account, seq } = reversal
      const reversed = await inTransaction(db, (tx) => reverseEntry(tx, reversal, clock.now()))
      switch (reversed.outcome) {
        case 'unknown_entry':
          throw new Refused(`account ${account} has no entry ${seq}`)
        case 'is_a_reversal':
          throw new Refused(`entry ${seq} is a reversal itself: correct it with npm run -s adjust`)
        default:
          return reportPosting(reversed, { what: `reversal/${seq}`, account })
      }
    })
  },
})

function readSeq(text: string): bigint {
  if (!/^[1-9]\d{0,17}$/.test(text)) throw new WrongCall('--seq must be the whole number of an entry, from 1')
  return BigInt(text)
}
