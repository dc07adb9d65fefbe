import { Aftercare } from './aftercare.ts'
import { type Ledgers, prepareLedgers } from './ledgers.ts'
import { ProcessHandle } from './process-handle.ts'
import type { Processes } from './processor-time.ts'
import { type Servers, startServers } from './servers.ts'
import type { WorkerCalls } from './worker-process.ts'

/** What all scenarios of a run share. */
export interface Rig {
  readonly servers: Servers
  readonly ledgers: Ledgers
  readonly workers: readonly ProcessHandle<WorkerCalls>[]
  readonly processes: Processes
  readonly aftercare: Aftercare
  stop(): Promise<void>
}

export async function startRig(rates: number): Promise<Rig> {
  const servers = await startServers()
  const workers = [startWorkerProcess(), startWorkerProcess()]
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

function startWorkerProcess(): ProcessHandle<WorkerCalls> {
  return new ProcessHandle('worker-process.ts')
}
