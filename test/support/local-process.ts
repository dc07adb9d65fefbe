import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import { environment } from '../../config/environment.ts'
import { connect } from '../../db/connect.ts'
import { checkInvariants } from '../../db/invariants.ts'
import { isListening } from '../../sandbox/local-ports.ts'

/** A process that works on the one-machine default; it does not outlive the test that started it. */
export interface LocalProcess {
  readonly process: ChildProcess
  /** The first line that it prints. Rejects, with its errors, when it ends before. */
  readonly firstLine: Promise<string>
  /** Resolves when it has ended. */
  readonly ended: Promise<Ended>
  /** What it has said on standard error so far. */
  stderr(): string
}

export interface Ended {
  readonly exit: number | NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export const START = new URL('../../sandbox/start.ts', import.meta.url)

/** The line that `npm start -- --json` prints. */
export interface ReadyLine {
  readonly url: string
  readonly serviceKey: string
  readonly databaseUrl: string
  readonly ownerDatabaseUrl: string
  readonly redisUrl: string | null
  readonly queueBackend: 'redis' | 'postgres'
  readonly stripeUrl: string
  readonly mailUrl: string
  readonly accounts: readonly string[]
}

/** Starts the demo on a folder and resolves when it is ready. */
export async function startDemo(
  dataDir: string,
  { args = [], env = {} }: { args?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<LocalProcess & { readonly ready: ReadyLine }> {
  const demo = runLocally(START, ['--json', '--data', dataDir, ...args], env)
  return { ...demo, ready: JSON.parse(await demo.firstLine) }
}

/** Runs a script of this project. */
export function runLocally(script: URL, args: readonly string[], env: NodeJS.ProcessEnv = {}): LocalProcess {
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], {
    env: { ...localEnvironment(), ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))

  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  }
  const ended = once(child, 'close').then(() => ({ exit: child.exitCode ?? child.signalCode, ...said }))
  const firstLine = Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    ended.then(({ exit, stderr }) => {
      throw new Error(`ended with ${exit} before it was ready: ${stderr}`)
    }),
  ])
  firstLine.catch(() => undefined) // a test of a failing start looks at its end only
  return { process: child, firstLine, ended, stderr: () => said.stderr }
}

/** Without servers that are given, and with a free port for the web server. */
export function localEnvironment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = environment
  return { ...inherited, PORT: '0' }
}

/** A PATH on which the only redis-server does not work. */
export async function pathWithoutRedis(folder: string): Promise<string> {
  const program = join(folder, 'redis-server')
  await writeFile(program, '#!/bin/sh\nexit 1\n')
  await chmod(program, 0o755)
  return [folder, environment['PATH']].join(delimiter)
}

/** Proves every rule of the ledger behind a URL of its owner. */
export async function expectSoundLedger(ownerUrl: string): Promise<void> {
  const db = connect({ url: ownerUrl, poolMax: 1, onError: (error) => expect.unreachable(error.message) })
  try {
    expect(await checkInvariants(db)).toEqual([])
  } finally {
    await db.destroy()
  }
}

/** Proves that none of the servers of a demo takes connections any more. */
export async function expectSilence(ready: ReadyLine): Promise<void> {
  const { url, databaseUrl, redisUrl, stripeUrl, mailUrl } = ready
  const urls = [url, databaseUrl, redisUrl, stripeUrl, mailUrl].filter((each) => each !== null)
  const listening = await Promise.all(urls.map((each) => isListening(Number(new URL(each).port))))
  expect(listening).not.toContain(true)
}
