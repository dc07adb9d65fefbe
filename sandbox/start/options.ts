import { parseArgs } from 'node:util'

export interface StartOptions {
  readonly dataDir: string | undefined
  readonly fresh: boolean
  readonly traffic: boolean
  readonly json: boolean
}

/** What is wrong with a call. */
export class WrongCall extends Error {
  override name = 'WrongCall'
}

/** Reads the arguments of `npm start`; `help` when that is what was asked for. Throws WrongCall. */
export function readOptions(args: readonly string[]): StartOptions | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  if (values.data === '') throw new WrongCall('--data must name a folder')
  return {
    dataDir: values.data,
    fresh: values.fresh,
    traffic: !values['no-traffic'],
    json: values.json,
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        'no-traffic': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    if (error instanceof TypeError) throw new WrongCall(error.message)
    throw error
  }
}

export const HELP = `Usage: npm start -- [options]

Runs all of Ringledger on this machine, with nothing to install: Postgres, the queue, worker, scheduler and web, demo
accounts, rates and cards, stand-ins for Stripe and SendGrid, and a stream of demo calls and texts. Ctrl-C stops it; the
data stay for the next start.

  --data DIR     keep everything in this folder instead of .ringledger
  --fresh        start empty: what was there is deleted
  --no-traffic   play no demo calls
  --json         print one line of JSON when ready and nothing else
  --help

  PORT           port of the web server, 3000 by default; 0 picks a free one
  REDIS_URL      a Redis for the queue; by default a private redis-server where there is one, else Postgres
  STRIPE_…       a Stripe of your own instead of the stand-in, and
  SENDGRID_…     a SendGrid of your own: .env.example explains each variable

For a database of your own set DATABASE_URL and run the processes of the Procfile.
`
