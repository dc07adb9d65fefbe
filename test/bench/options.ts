import { parseArgs } from 'node:util'

export const HELP = `npm run bench -- [--quick] [--json FILE]

Measures the way of a usage record from the queue to its entry: every scenario on the same rows, the same embedded
Postgres and the same queue back end, in interleaved rounds, the median counts. Prints a table, and what it compares
with the goals. Takes about ten minutes of a machine that does nothing else.

  --quick      three rounds of less work, without the ledger of 5 million entries; under 50 seconds
  --json FILE  write every figure to FILE as JSON (otherwise to bench-results/bench.json)
  --help       show this

The plot goes to bench-results/bench.svg. Exit status: 0 measured (whatever the figures), 1 failed, 2 wrong call.
`

export interface BenchOptions {
  readonly quick: boolean
  readonly jsonFile: string
}

/** What is wrong with a call. */
export class WrongCall extends Error {}

/** Reads the arguments of the bench; `help` when that is what was asked for. Throws WrongCall. */
export function readOptions(args: string[]): BenchOptions | 'help' {
  const { help, quick, json } = parse(args)
  return help ? 'help' : { quick, jsonFile: json }
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'string', default: 'bench-results/bench.json' },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    if (error instanceof TypeError) throw new WrongCall(error.message)
    throw error
  }
}
