import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { ConfigError } from '../config/config.ts'
import { describeFailure } from './failure.ts'

/** What a command answers to the shell (CONTRACTS: command line). */
export const EXIT = { done: 0, refused: 1, wrongCall: 2 } as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

/** Something about the call itself; the message names it and its rule. */
export class WrongCall extends Error {
  override name = 'WrongCall'
}

/** What was asked for cannot be done; the message says why and what to do next. */
export class Refused extends Error {
  override name = 'Refused'
}

export interface Command<Options extends ParseArgsOptionsConfig> {
  /** The npm script that runs it. */
  readonly name: string
  readonly help: string
  /** Its own options: `--data` and `--help` are everyone's. */
  readonly options: Options
  /** What its arguments are called; each of them must be given. */
  readonly args: readonly string[]
  /** What one more argument is called, which may be left out. */
  readonly optionalArg?: string
  run(call: Call<Options>): Promise<Exit>
}

export interface Call<Options extends ParseArgsOptionsConfig> {
  readonly options: ReturnType<typeof parseArgs<{ options: Options }>>['values']
  readonly args: readonly string[]
  /** Where the one-machine default keeps its data, if the call says so. */
  readonly dataDir: string | undefined
}

/**
 * Runs a command on the arguments of this process and sets its exit code. Whatever fails ends in one text on stderr that
 * says what to do next, never in a stack trace.
 */
export async function runCommand<const Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
): Promise<void> {
  process.stdout.on('error', ignoreReaderGone)
  try {
    const call = readCall(command, process.argv.slice(2))
    if (call === 'help') process.stdout.write(command.help)
    else process.exitCode = await command.run(call)
  } catch (error) {
    const isWrongCall = error instanceof WrongCall || error instanceof ConfigError
    process.exitCode = isWrongCall ? EXIT.wrongCall : EXIT.refused
    console.error(describeFailure(error))
    if (error instanceof WrongCall) console.error(`Try: npm run -s ${command.name} -- --help`)
  }
}

/** The value of an option that must be given. Throws WrongCall. */
export function required<Name extends string>(
  options: { readonly [Option in Name]?: string | undefined },
  name: Name,
): string {
  const value = options[name]
  if (value === undefined) throw new WrongCall(`--${name} is missing`)
  if (value.trim() === '') throw new WrongCall(`--${name} must not be empty`)
  return value
}

function readCall<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
  argv: readonly string[],
): Call<Options> | 'help' {
  const { values, positionals } = parseStrictly(command.options, argv)
  const { help, data, ...options } = values
  if (help) return 'help'
  const missing = command.args[positionals.length]
  if (missing !== undefined) throw new WrongCall(`${missing} is missing`)
  const surplus = positionals[command.args.length + (command.optionalArg === undefined ? 0 : 1)]
  if (surplus !== undefined) throw new WrongCall(`unexpected argument ${JSON.stringify(surplus)}`)
  return {
    options: options as Call<Options>['options'],
    args: positionals,
    dataDir: typeof data === 'string' ? data : undefined,
  }
}

function parseStrictly(options: ParseArgsOptionsConfig, argv: readonly string[]) {
  try {
    return parseArgs({
      args: joinNegativeNumbers(argv),
      allowPositionals: true,
      options: { ...options, data: { type: 'string' }, help: { type: 'boolean' } },
    })
  } catch (error) {
    if (error instanceof TypeError) throw new WrongCall(error.message)
    throw error
  }
}

/** `--amount -5` means `--amount=-5`: no command has an option that is named like a number. */
function joinNegativeNumbers(argv: readonly string[]): string[] {
  const joined: string[] = []
  for (const arg of argv) {
    const option = joined.at(-1)
    const isValue = /^-\d/.test(arg) && option?.startsWith('--') && !option.includes('=')
    if (isValue) joined.push(`${joined.pop()}=${arg}`)
    else joined.push(arg)
  }
  return joined
}

/** Whoever reads our output, such as `head`, has enough; the work goes on. */
function ignoreReaderGone(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
}
