import { listRuns } from '../db/run-list.ts'
import { runs as kinds } from '../jobs/runs.ts'
import { type Runtime, withRuntime } from '../sandbox/runtime.ts'
import { EXIT, type Exit, runCommand, WrongCall } from './command.ts'
import { readCount } from './read-count.ts'
import { redoRun } from './runs/redo-run.ts'
import { runLines } from './runs/run-lines.ts'

const HELP = `Usage: npm run -s runs [-- --kind KIND] [--limit N] [--data DIR]
       npm run -s runs -- --redo KIND DATE [--data DIR]

Shows the nightly runs, the newest date first: one for each kind and business date (a day of UTC), begun ten minutes after
that day has ended. Dates that were missed are caught up in order.

  --kind KIND       only this kind: ${kinds.map(({ kind }) => kind).join(', ')}
  --limit N         at most so many runs; 30 unless told otherwise
  --redo KIND DATE  does the work of a finished run again, for example after data was brought back. What was done stays
                    done: nothing is charged, mailed or written twice
  --data DIR        the data of the one-machine default, without DATABASE_URL
  --help            this text

Columns: kind, date, state (running; waiting: left by its holder, to be continued by the next sweep; finished; redone N:
finished again N times), started and took (of the last time), items done and refused (of all times together).

Exit codes: 0 shown, or done again; 1 the run could not be done again, or the database could not be read; 2 wrong call.
`

await runCommand({
  name: 'runs',
  help: HELP,
  options: { kind: { type: 'string' }, limit: { type: 'string' }, redo: { type: 'string' } },
  args: [],
  optionalArg: 'DATE',
  run: ({ options, args, dataDir }) => {
    const work = options.redo === undefined ? show(options, args) : redo(options.redo, args)
    return withRuntime({ process: 'runs', dataDir }, work)
  },
})

type Work = (runtime: Runtime) => Promise<Exit>

function show(
  options: { kind?: string | undefined; limit?: string | undefined },
  args: readonly string[],
): Work {
  if (args[0] !== undefined)
    throw new WrongCall(`unexpected argument ${JSON.stringify(args[0])}: meant for --redo?`)
  const filter = { kind: options.kind ?? null, limit: readCount(options.limit ?? '30', '--limit') }
  if (filter.kind !== null) requireKind(filter.kind)
  return async ({ db, clock }) => {
    for (const line of runLines(await listRuns(db, filter), clock.now())) console.log(line)
    return EXIT.done
  }
}

function redo(kind: string, [date]: readonly string[]): Work {
  if (date === undefined) throw new WrongCall('--redo takes a KIND and a DATE')
  const definition = requireKind(kind)
  return async (runtime) => {
    console.log(await redoRun(runtime, definition, date))
    return EXIT.done
  }
}

function requireKind(kind: string) {
  const definition = kinds.find((one) => one.kind === kind)
  if (definition) return definition
  throw new WrongCall(`there is no kind ${kind}: the kinds are ${kinds.map((one) => one.kind).join(', ')}`)
}
