import { Aftercare } from './aftercare.ts'
import { type Ledgers, prepareLedgers } from './ledgers.ts'
import type { Processes } from './processor-time.ts'
import { type Servers, startServers } from './servers.ts'
import { WorkerHandle } from './worker-handle.ts'

/** What all scenarios of a run share. */
export interface Rig {
  readonly servers: Servers
  readonly ledgers: Ledgers
  readonly workers: readonly WorkerHandle[]
  readonly processes: Processes
  readonly aftercare: Aftercare
  stop(): Promise<void>
}

export async function startRig(rates: number): Promise<Rig> {
  const servers = await startServers()
  const workers = [new WorkerHandle(), new WorkerHandle()]
  const ledgers = await prepareLedgers(servers, rates)
  return {
    servers,
    ledgers,
    workers,
    aftercare: new Aftercare(),
    processes: {
      node: [process.pid, ...workers.map(({ pid }) => pid)],
      postmaster: servers.postgres.pid,
      redis: servers.redis?.pid ?? null,
    },
    stop: async () => {
      for (const worker of workers) worker.end()
      await servers.stop()
    },
  }
}
