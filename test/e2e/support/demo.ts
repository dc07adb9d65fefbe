import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { environment } from '../../../config/environment.ts'

const START = fileURLToPath(new URL('../../../sandbox/start.ts', import.meta.url))

/** Where the parts of a running `npm start` are. */
export interface Demo {
  readonly url: string
  readonly serviceKey: string
  readonly operator: { readonly user: string; readonly password: string }
  readonly stripeUrl: string
  readonly mailUrl: string
}

/** Runs `npm start` on a folder, without traffic of its own. Resolves when it is ready. */
export async function startDemo(dataDir: string): Promise<{ demo: Demo; stop(): Promise<void> }> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = environment
  const child = spawn(process.execPath, [START, '--json', '--no-traffic', '--data', dataDir], {
    env: { ...inherited, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  const ready = once(createInterface(child.stdout), 'line').then(([line]) => String(line))
  const line = await Promise.race([ready, ended.then(() => null)])
  if (line === null) throw new Error(`npm start ended with ${child.exitCode} before it was ready`)
  return {
    demo: JSON.parse(line),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
