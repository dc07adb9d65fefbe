import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { findFreePort } from '../../sandbox/local-ports.ts'
import { type ServerProcess, startServerProcess } from '../../sandbox/server-process.ts'
import type { QueueBackend } from './queue-backends.ts'
import { makeScratchFolder } from './scratch-folder.ts'

/** A Redis of one test, which may stop it, spoil it and change its settings. Its data outlive a stop. */
export interface OwnRedis extends QueueBackend {
  readonly redisUrl: string
  /** Ends it in order. */
  stop(): Promise<void>
  /** Ends it by SIGKILL. */
  crash(): Promise<void>
  /** Starts it again where it was. */
  start(): Promise<void>
  /** Runs one command, such as `FLUSHALL` or `CONFIG SET maxmemory 1mb`. */
  run(command: string): Promise<unknown>
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const dataDir = await makeScratchFolder('own-redis')
  const port = await findFreePort()
  const redisUrl = `redis://127.0.0.1:${port}`
  let server = await startServer(dataDir, port)
  onTestFinished(async () => {
    await server.stop()
    await rm(dataDir, { recursive: true })
  })
  return {
    name: 'redis',
    redisUrl,
    stop: () => server.stop(),
    crash: async () => {
      process.kill(server.pid, 'SIGKILL')
      await server.exited
    },
    start: async () => {
      server = await startServer(dataDir, port)
    },
    run: (command) => runCommand(redisUrl, command),
  }
}

async function startServer(dataDir: string, port: number): Promise<ServerProcess> {
  await mkdir(dataDir, { recursive: true })
  return await startServerProcess({
    name: 'Redis',
    command: ['redis-server', '--bind', '127.0.0.1', '--port', String(port), '--dir', dataDir, ...SETTINGS],
    logFile: join(dataDir, 'server.log'),
    isReady: () => runCommand(`redis://127.0.0.1:${port}`, 'PING').then(isPong, () => false),
    startTimeoutMs: 10_000,
    stopSignals: [{ signal: 'SIGTERM', waitMs: 3_000 }],
    orphanSignal: 'SIGTERM',
  })
}

const SETTINGS = ['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction']

function isPong(answer: unknown): boolean {
  return answer === 'PONG'
}

async function runCommand(url: string, command: string): Promise<unknown> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null })
  client.on('error', () => undefined) // told by the rejection of connect
  try {
    await client.connect()
    const [name = '', ...args] = command.split(' ')
    return await client.call(name, ...args)
  } finally {
    client.disconnect()
  }
}
