import { ACCOUNT_ID } from '../billing/parse-usage-record.ts'
import { createAccount } from '../db/accounts.ts'
import { withRuntime } from '../sandbox/runtime.ts'
import { EXIT, Refused, required, runCommand, WrongCall } from './command.ts'
import { isTimeZone } from './time-zone.ts'

const HELP = `Usage: npm run -s create-account -- --id ID --time-zone ZONE [--currency USD] [--data DIR]

Opens an account with an empty balance.

  --id ID            the CRM's account id: 1 to 64 characters of A-Z a-z 0-9 _ -
  --time-zone ZONE   the account's IANA zone, such as America/New_York: its page and its renewals go by it
  --currency USD     the only currency there is
  --data DIR         the data of the one-machine default, without DATABASE_URL
  --help             this text

Exit codes: 0 opened; 1 there is an account with this id; 2 wrong call.
`

await runCommand({
  name: 'create-account',
  help: HELP,
  options: { id: { type: 'string' }, 'time-zone': { type: 'string' }, currency: { type: 'string' } },
  args: [],
  run: async ({ options, dataDir }) => {
    const id = required(options, 'id')
    const timeZone = required(options, 'time-zone')
    if (!ACCOUNT_ID.test(id)) throw new WrongCall('--id must be 1 to 64 characters of A-Z a-z 0-9 _ -')
    if (!isTimeZone(timeZone)) {
      throw new WrongCall('--time-zone must be an IANA name such as America/New_York or UTC')
    }
    if (options.currency !== undefined && options.currency !== 'USD') {
      throw new WrongCall('--currency must be USD: there is no other')
    }
    return await withRuntime({ process: 'create-account', dataDir }, async ({ db, clock }) => {
      const isNew = await createAccount(db, { id, timeZone }, clock.now())
      if (!isNew) throw new Refused(`there is an account ${id} already: nothing was changed`)
      console.log(`opened account ${id}, time zone ${timeZone}, balance 0.000000 USD`)
      return EXIT.done
    })
  },
})
