import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished, vi } from 'vitest'
import type { Config } from '../../config/config.ts'
import { environment } from '../../config/environment.ts'
import type { LockTiming } from '../../workers/create-worker.ts'

/** The steps of a batch in their order, and the one of a record that kills whoever posts it. */
export type Step =
  | 'before rating'
  | 'after rating, before the transaction'
  | 'in the transaction, before posting'
  | 'in the transaction, after posting'
  | 'in the transaction, before its commit is sent'
  | 'after the commit, before the acknowledgement'
  | 'posting a poison record'

/** What a test wants of a worker process. */
export interface WorkerOrder {
  /** The signal that it sends to itself when it gets to a step for the first time. */
  readonly halt?: { readonly at: Step; readonly signal: 'SIGKILL' | 'SIGSTOP' }
  readonly lockTiming: LockTiming
  /** How long running jobs have to end after SIGTERM. */
  readonly graceMs: number
}

export interface WorkerProcess {
  readonly pid: number
  /** What it has logged so far. */
  readonly lines: readonly Record<string, unknown>[]
  /** The first line with this message, or the n-th, now or later. */
  line(message: string, n?: number): Promise<Record<string, unknown>>
  kill(signal: NodeJS.Signals): void
  /** Resolves when it has ended: its exit code, or the signal that killed it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Jobs of a worker that died are given to another one within some two seconds. */
export const FAST_LOCKS: LockTiming = { lockDurationMs: 600, stalledIntervalMs: 250 }

const POLLING = { timeout: 25_000, interval: 10 }

/** Starts a worker in a process of its own, which does not outlive the test. It is at work when it logs `worker ready`. */
export function spawnWorker(config: Config, order: Partial<WorkerOrder> = {}): WorkerProcess {
  const script = new URL('crashing-worker.ts', import.meta.url).pathname
  const wanted: WorkerOrder = { lockTiming: FAST_LOCKS, graceMs: 10_000, ...order }
  return spawnProcess([script, JSON.stringify(wanted)], environmentOf(config))
}

/** Starts a script of this project with the environment given. */
export function spawnProcess(args: readonly string[], env: NodeJS.ProcessEnv): WorkerProcess {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, ...env },
  })
  const ended = once(child, 'close').then(() => child.signalCode ?? child.exitCode ?? 0)
  const lines: Record<string, unknown>[] = []
  createInterface(child.stdout).on('line', (text) => lines.push(JSON.parse(text)))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    pid: child.pid ?? 0,
    lines,
    line: (message, n = 1) => vi.waitUntil(() => lines.filter(({ msg }) => msg === message)[n - 1], POLLING),
    kill: (signal) => void child.kill(signal),
    ended,
  }
}

/** The environment from which `loadConfig` makes this configuration again. */
export function environmentOf(config: Config): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: config.databaseUrl,
    DATABASE_POOL_MAX: String(config.databasePoolMax),
    REDIS_URL: config.redisUrl ?? '',
    QUEUE_PREFIX: config.queuePrefix,
    USAGE_SHARDS: String(config.usageShards),
    WORKER_SHARDS: config.workerShards.join(','),
    LOG_LEVEL: 'debug',
  }
}
