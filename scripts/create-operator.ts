import { disableOperator } from '../db/operators.ts'
import type { OperatorRole } from '../db/operators-schema.ts'
import { type Runtime, withRuntime } from '../sandbox/runtime.ts'
import { createOperator, OPERATOR_NAME, OPERATOR_ROLES, resetPassword } from '../web/ops/operator-accounts.ts'
import { EXIT, type Exit, Refused, required, runCommand, WrongCall } from './command.ts'

const HELP = `Usage: npm run -s create-operator -- --user NAME --role support|admin [--data DIR]
       npm run -s create-operator -- --reset NAME [--data DIR]
       npm run -s create-operator -- --disable NAME [--data DIR]

Makes an operator, who may log in at /ops, and prints the password, once: only its hash is kept.

  --user NAME     1 to 64 of a-z 0-9 . _ @ -; a name is never given away twice
  --role ROLE     support may look, admin may act too
  --reset NAME    gives this operator another password, prints it, and ends the sessions; a disabled one may log in again
  --disable NAME  ends the sessions of this operator and refuses every log-in
  --data DIR      the data of the one-machine default, without DATABASE_URL
  --help          this text

Exit codes: 0 done; 1 the name is taken, or there is no operator of the name; 2 wrong call.
`

type Work = (runtime: Runtime) => Promise<Exit>

interface Options {
  user?: string | undefined
  role?: string | undefined
  reset?: string | undefined
  disable?: string | undefined
}

await runCommand({
  name: 'create-operator',
  help: HELP,
  options: {
    user: { type: 'string' },
    role: { type: 'string' },
    reset: { type: 'string' },
    disable: { type: 'string' },
  },
  args: [],
  run: ({ options, dataDir }) => withRuntime({ process: 'create-operator', dataDir }, workOf(options)),
})

function workOf(options: Options): Work {
  const wishes = [options.user, options.reset, options.disable].filter((name) => name !== undefined)
  if (wishes.length > 1) throw new WrongCall('--user, --reset and --disable are three different calls')
  if (options.role !== undefined && options.user === undefined) throw new WrongCall('--role goes with --user')
  if (options.reset !== undefined) return reset(readName(options, 'reset'))
  if (options.disable !== undefined) return disable(readName(options, 'disable'))
  return create({ name: readName(options, 'user'), role: readRole(required(options, 'role')) })
}

function create(operator: { name: string; role: OperatorRole }): Work {
  return async ({ db, clock }) => {
    const password = await createOperator(db, operator, clock)
    if (password === null) {
      throw new Refused(`the name ${operator.name} is taken: choose another one, or give it --reset`)
    }
    console.log(password)
    return EXIT.done
  }
}

function reset(name: string): Work {
  return async ({ db }) => {
    const password = await resetPassword(db, name)
    if (password === null) throw new Refused(`there is no operator ${name}: make one with --user`)
    console.log(password)
    return EXIT.done
  }
}

function disable(name: string): Work {
  return async ({ db, clock }) => {
    if (!(await disableOperator(db, name, clock.now()))) {
      throw new Refused(`no operator ${name} is in force: nothing was changed`)
    }
    console.log(`disabled the operator ${name}`)
    return EXIT.done
  }
}

function readName(options: Options, option: 'user' | 'reset' | 'disable'): string {
  const name = required(options, option)
  if (OPERATOR_NAME.test(name)) return name
  throw new WrongCall(`--${option} must be 1 to 64 of a-z 0-9 . _ @ - and start with a letter or digit`)
}

function readRole(text: string): OperatorRole {
  const role = OPERATOR_ROLES.find((one) => one === text)
  if (role) return role
  throw new WrongCall(`--role must be ${OPERATOR_ROLES.join(' or ')}`)
}
