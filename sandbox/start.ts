import { ConfigError } from '../config/config.ts'
import { hasDatabaseUrl } from '../config/environment.ts'
import { refuseInProduction } from './refuse-in-production.ts'
import { HELP, readOptions, WrongCall } from './start/options.ts'

const EXIT = { done: 0, failed: 1, wrongCall: 2 } as const

process.exit(await main(process.argv.slice(2)))

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args)
    if (options === 'help') {
      process.stdout.write(HELP)
      return EXIT.done
    }
    refuseGivenDatabase()
    refuseInProduction()
    // Takes a second to load, which a wrong call need not wait for.
    const { run } = await import('./start/run.ts')
    return (await run(options)) ? EXIT.done : EXIT.failed
  } catch (error) {
    console.error(describe(error))
    if (error instanceof WrongCall) console.error('Try: npm start -- --help')
    return error instanceof WrongCall || error instanceof ConfigError ? EXIT.wrongCall : EXIT.failed
  }
}

function refuseGivenDatabase(): void {
  if (!hasDatabaseUrl()) return
  throw new WrongCall(
    'npm start runs a Postgres of its own, and DATABASE_URL is set: unset it, or run npm run web, npm run worker and ' +
      'npm run scheduler on that database',
  )
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`
}
