import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { findFreePort, isListening } from '../../sandbox/local-ports.ts'
import { findRunningPostgres, type PostgresServer, startPostgres } from '../../sandbox/postgres-server.ts'
import { withClient } from '../support/pg-client.ts'
import { makeScratchFolder, scratchFolder } from '../support/scratch-folder.ts'
import { startServerOwner } from '../support/server-owner.ts'

const WAIT_MAX_MS = 10_000

// One folder for all tests of this file, as one machine would have; each test starts and stops servers on its data.
let folder: string
let dataDir: string

beforeAll(async () => {
  folder = await makeScratchFolder('machine')
  dataDir = join(folder, 'postgres')
  await using server = await startForTest()
  await query(server, 'create table kept (word text)')
  await query(server, `insert into kept values ('still here')`)
})

afterAll(async () => await rm(folder, { recursive: true, force: true }))

test('a second start works on the same data, with the same password', async () => {
  await using server = await startForTest()

  expect(await query(server, 'select word from kept')).toEqual([{ word: 'still here' }])
})

test('a server is reached with its password only', async () => {
  await using server = await startForTest()
  const withoutPassword = Object.assign(new URL(server.url('postgres')), { password: 'guessed' }).href

  await expect(withClient(withoutPassword, (client) => client.query('select 1'))).rejects.toThrow(
    'password authentication failed',
  )
  expect((await stat(join(dataDir, 'cluster', 'password'))).mode & 0o777).toBe(0o600)
})

test('a server keeps what it confirmed and takes 200 connections unless told otherwise', async () => {
  await using server = await startForTest({ work_mem: '8MB' })

  const names = `'fsync', 'full_page_writes', 'listen_addresses', 'max_connections', 'unix_socket_directories', 'work_mem'`
  expect(
    await query(
      server,
      `select name, current_setting(name) as value from pg_settings where name in (${names})`,
    ),
  ).toEqual([
    { name: 'fsync', value: 'on' },
    { name: 'full_page_writes', value: 'on' },
    { name: 'listen_addresses', value: '127.0.0.1' },
    { name: 'max_connections', value: '200' },
    { name: 'unix_socket_directories', value: '' },
    { name: 'work_mem', value: '8MB' },
  ])
})

test('a running server is found on its data, and a second one is refused', async () => {
  expect(await findRunningPostgres(dataDir)).toBeNull()
  await using server = await startForTest()

  const found = await findRunningPostgres(dataDir)
  expect(found?.pid).toBe(server.pid)
  expect(found?.url('postgres')).toBe(server.url('postgres'))
  await expect(startPostgres({ dataDir })).rejects.toThrow(
    `a Postgres server is already running on ${dataDir} (process ${server.pid}, port ${server.port})`,
  )
})

test('a server that was killed leaves a lock that the next start removes', async () => {
  const killed = await startForTest()
  process.kill(killed.pid, 'SIGKILL')
  await killed.exited
  expect(await readFile(lockFile(), 'utf8')).toContain(String(killed.pid))

  expect(await findRunningPostgres(dataDir)).toBeNull()
  await using server = await startForTest()
  expect(await query(server, 'select word from kept')).toEqual([{ word: 'still here' }])
})

test('a start waits for what is left of a server that was killed', async () => {
  const killed = await startForTest()
  await withClient(killed.url('postgres'), async (client) => {
    client.on('error', () => undefined)
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const pid = Number(rows[0]?.pid)
    process.kill(pid, 'SIGSTOP')
    process.kill(killed.pid, 'SIGKILL')
    await killed.exited

    const starting = startForTest()
    try {
      await vi.waitFor(
        async () => expect(await readFile(join(dataDir, 'server.log'), 'utf8')).toContain('in use'),
        WAIT_MAX_MS,
      )
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await using server = await starting
    expect(await query(server, 'select word from kept')).toEqual([{ word: 'still here' }])
  })
})

test('a lock whose pid belongs to another program by now does not stop a start', async () => {
  const other = spawn('sleep', ['60'])
  onTestFinished(() => void other.kill())
  await once(other, 'spawn')
  const lock = [other.pid, dataDir, 0, await findFreePort(), '', '127.0.0.1', '', 'ready']
  await writeFile(lockFile(), `${lock.join('\n')}\n`)

  await using server = await startForTest()
  expect(await query(server, 'select word from kept')).toEqual([{ word: 'still here' }])
})

test('a server that cannot start says why', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo

  await expect(startPostgres({ dataDir, port })).rejects.toThrow(
    /Postgres ended while starting:\n.*Address already in use/s,
  )
})

test('a stop ends open sessions, and may be asked for twice', async () => {
  const server = await startForTest()
  const errors: string[] = []
  await withClient(server.url('postgres'), async (client) => {
    client.on('error', (error) => errors.push(error.message))
    await client.query('begin')
    await Promise.all([server.stop(), server.stop()])
    await vi.waitFor(
      () => expect(errors).toContain('terminating connection due to administrator command'),
      WAIT_MAX_MS,
    )
  })

  expect(await isListening(server.port)).toBe(false)
})

test('a process that is killed leaves no server behind', async () => {
  const owner = await startServerOwner(folder)
  const ports = [owner.postgresPort, owner.redisPort].filter((port) => port !== null)
  expect(await Promise.all(ports.map(isListening))).not.toContain(false)

  owner.process.kill('SIGKILL')
  await vi.waitFor(
    async () => expect(await Promise.all(ports.map(isListening))).not.toContain(true),
    WAIT_MAX_MS,
  )
})

test.runIf(process.geteuid?.() === 0)('root takes over the data that it made in its other way', async () => {
  execFileSync('chown', ['-R', '0:0', join(dataDir, 'cluster', 'data')])

  await using server = await startForTest()
  expect(await query(server, 'select word from kept')).toEqual([{ word: 'still here' }])
})

test.runIf(process.geteuid?.() === 0)('root leaves the data of another user alone', async () => {
  await using folder = await scratchFolder('foreign')
  await cp(dataDir, folder.path, { recursive: true })
  execFileSync('chown', ['-R', '1:1', join(folder.path, 'cluster', 'data')])

  await expect(startPostgres({ dataDir: folder.path })).rejects.toThrow(
    'belongs to the user with id 1: start as that user, or with another data folder',
  )
})

async function startForTest(
  settings: Record<string, string> = {},
): Promise<PostgresServer & AsyncDisposable> {
  const server = await startPostgres({ dataDir, settings })
  return { ...server, [Symbol.asyncDispose]: () => server.stop() }
}

async function query(server: PostgresServer, sql: string): Promise<unknown[]> {
  return await withClient(server.url('postgres'), async (client) => (await client.query(sql)).rows)
}

function lockFile(): string {
  return join(dataDir, 'cluster', 'data', 'postmaster.pid')
}
