import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A process that started servers of its own and waits to be killed. */
export interface ServerOwner {
  readonly process: ChildProcess
  readonly postgresPort: number
  /** Null where there is no `redis-server`. */
  readonly redisPort: number | null
}

/** Starts such a process on the data in `folder`. */
export async function startServerOwner(folder: string): Promise<ServerOwner> {
  const script = fileURLToPath(new URL('start-servers.ts', import.meta.url))
  const owner = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await Promise.race([
    once(createInterface(owner.stdout), 'line'),
    once(owner, 'exit').then(() => {
      throw new Error('the process ended before its servers were ready; see what it printed')
    }),
  ])
  return { process: owner, ...JSON.parse(line) }
}
