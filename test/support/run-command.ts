import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { environment } from '../../config/environment.ts'

export interface CommandResult {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command of scripts/ to its end, with this environment and no other. */
export async function runCommand(
  [script, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const path = new URL(`../../scripts/${script}.ts`, import.meta.url).pathname
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: environment['PATH'], NODE_COMPILE_CACHE: environment['NODE_COMPILE_CACHE'], ...env },
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { exit: child.exitCode, stdout, stderr }
}
