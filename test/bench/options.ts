import { parseArgs } from 'node:util'

export interface BenchOptions {
  readonly quick: boolean
  readonly jsonFile: string
}

/** What is wrong with a call. */
export class WrongCall extends Error {}

/** Reads the arguments of a bench; `help` when that is what was asked for. Throws WrongCall. */
export function readOptions(args: string[], defaults: Pick<BenchOptions, 'jsonFile'>): BenchOptions | 'help' {
  const { help, quick, json } = parse(args)
  return help ? 'help' : { quick, jsonFile: json ?? defaults.jsonFile }
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    if (error instanceof TypeError) throw new WrongCall(error.message)
    throw error
  }
}
