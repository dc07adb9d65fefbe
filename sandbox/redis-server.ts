import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { findFreePort } from './local-ports.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'
import { startServerProcess } from './server-process.ts'

const ANSWER_TIMEOUT_MS = 1_000

/** A private Redis that is running; on 127.0.0.1 only. */
export interface RedisAddress {
  readonly port: number
  readonly url: string
}

/** A Redis started by this process, which it does not outlive. */
export interface RedisServer extends RedisAddress {
  readonly pid: number
  /** Resolves when the server has ended, whatever ended it. */
  readonly exited: Promise<void>
  /** Writes out what it holds and ends, within seconds. May be called again. */
  stop(): Promise<void>
}

export interface RedisOptions {
  /** The folder that holds everything of this server: its data, its configuration and its log. Made when missing. */
  readonly dataDir: string
  /** A free one when left out. */
  readonly port?: number
}

/**
 * Starts the machine's own `redis-server` on the data in `dataDir`, or answers null where there is none of version 6.2
 * or later on the PATH. Rejects when one is already running on that data; two that start at the same moment do not see
 * each other, so only the holder of the Postgres beside it may call this.
 */
export async function startRedis({ dataDir, port }: RedisOptions): Promise<RedisServer | null> {
  if (!hasRedisServer()) return null
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await refuseSecondServer(dataDir)

  const access = { port: port ?? (await findFreePort()), password: randomBytes(24).toString('base64url') }
  await writePrivateFile(configurationFile(dataDir), configuration(dataDir, access))
  const server = await startServerProcess({
    name: 'Redis',
    command: ['redis-server', configurationFile(dataDir)],
    logFile: join(dataDir, 'server.log'),
    isReady: async () => (await greet(access)).includes('+PONG'),
    startTimeoutMs: 60_000, // it reads its whole log first
    stopSignals: [{ signal: 'SIGTERM', waitMs: 3_000 }],
    orphanSignal: 'SIGTERM',
  })
  return { ...server, ...addressOf(access) }
}

/** The server that is running on the data in `dataDir`, whichever process started it; null when none is. */
export async function findRunningRedis(dataDir: string): Promise<RedisAddress | null> {
  const access = await readAccess(dataDir)
  if (!access) return null
  const isOurs = (await greet(access)).startsWith('+OK')
  return isOurs ? addressOf(access) : null
}

/** Whether there is a `redis-server` of version 6.2 or later on the PATH. */
export function hasRedisServer(): boolean {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' })
  const [, major, minor] = stdout?.match(/ v=(\d+)\.(\d+)/) ?? []
  return Number(major) > 6 || (major === '6' && Number(minor) >= 2)
}

/** What it takes to reach a server; kept in its configuration file, which others may not read. */
interface Access {
  readonly port: number
  readonly password: string
}

async function refuseSecondServer(dataDir: string): Promise<void> {
  const running = await findRunningRedis(dataDir)
  if (!running) return
  throw new Error(
    `a Redis server is already running on ${dataDir} (port ${running.port}): stop it, or use another data folder`,
  )
}

function configurationFile(dataDir: string): string {
  return join(dataDir, 'redis.conf')
}

function configuration(dataDir: string, { port, password }: Access): string {
  return `bind 127.0.0.1
port ${port}
requirepass ${password}
dir ${JSON.stringify(dataDir)}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
`
}

async function readAccess(dataDir: string): Promise<Access | undefined> {
  const text = await readPrivateFile(configurationFile(dataDir))
  const port = text?.match(/^port (\d+)$/m)?.[1]
  const password = text?.match(/^requirepass (\S+)$/m)?.[1]
  return port && password ? { port: Number(port), password } : undefined
}

/** What a server says to our password, a ping (refused while it loads its data) and a farewell; '' when none is there. */
function greet({ port, password }: Access): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(`AUTH ${password}\r\nPING\r\nQUIT\r\n`))
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy())
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(answer))
  })
}

function addressOf({ port, password }: Access): RedisAddress {
  return { port, url: `redis://:${password}@127.0.0.1:${port}` }
}
