import { revokeServiceKey } from '../db/service-keys.ts'
import { type Runtime, withRuntime } from '../sandbox/runtime.ts'
import { issueServiceKey, SCOPES, type Scope } from '../web/service-key.ts'
import { EXIT, Refused, required, runCommand, WrongCall } from './command.ts'

const HELP = `Usage: npm run -s create-key -- --name NAME --scopes SCOPE[,SCOPE...] [--data DIR]
       npm run -s create-key -- --revoke NAME [--data DIR]

Makes a service key for the HTTP API and prints it, once: only its hash is kept. Send it as Authorization: Bearer KEY.

  --name NAME      whose key it is, up to 64 characters; a name has one key in force at a time
  --scopes LIST    what it may do: usage posts usage, holds the hold calls, read every GET, manage the rest
  --revoke NAME    ends the key of this name, everywhere within a second and for good
  --data DIR       the data of the one-machine default, without DATABASE_URL
  --help           this text

To change a key without an interruption, make one under another name, put it to use, then revoke the first.

Exit codes: 0 made or revoked; 1 the name has a key already, or none to revoke; 2 wrong call.
`

const NAME = /^[\w .:@-]{1,64}$/

await runCommand({
  name: 'create-key',
  help: HELP,
  options: { name: { type: 'string' }, scopes: { type: 'string' }, revoke: { type: 'string' } },
  args: [],
  run: async ({ options, dataDir }) => {
    if (options.revoke !== undefined) {
      const name = readName(options, 'revoke')
      if (options.name !== undefined || options.scopes !== undefined) {
        throw new WrongCall('--revoke NAME goes with neither --name nor --scopes')
      }
      return await withRuntime({ process: 'create-key', dataDir }, (runtime) => revoke(runtime, name))
    }
    const wanted = { name: readName(options, 'name'), scopes: readScopes(required(options, 'scopes')) }
    return await withRuntime({ process: 'create-key', dataDir }, (runtime) => create(runtime, wanted))
  },
})

async function create(runtime: Runtime, wanted: { name: string; scopes: readonly Scope[] }) {
  const key = await issueServiceKey(runtime.db, wanted, runtime)
  if (key === null) {
    throw new Refused(
      `the name ${wanted.name} has a key in force: choose another name, or revoke that key first`,
    )
  }
  console.log(key)
  return EXIT.done
}

async function revoke({ db, clock }: Runtime, name: string) {
  if (!(await revokeServiceKey(db, name, clock.now()))) {
    throw new Refused(`no key named ${name} is in force: nothing was changed`)
  }
  console.log(`revoked the key of ${name}`)
  return EXIT.done
}

function readName<Option extends 'name' | 'revoke'>(
  options: { readonly [Name in Option]?: string | undefined },
  option: Option,
): string {
  const name = required(options, option)
  if (NAME.test(name)) return name
  throw new WrongCall(`--${option} must be 1 to 64 letters, digits, spaces or _ . : @ -`)
}

function readScopes(list: string): Scope[] {
  return [...new Set(list.split(',').map(readScope))]
}

function readScope(word: string): Scope {
  const scope = SCOPES.find((known) => known === word.trim())
  if (scope) return scope
  throw new WrongCall(`--scopes has ${JSON.stringify(word)}: each must be one of ${SCOPES.join(', ')}`)
}
