import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  expectSilence,
  expectSoundLedger,
  localEnvironment,
  type ReadyLine,
  runLocally,
  START,
  startDemo,
} from '../support/local-process.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

const POLLING = { timeout: 20_000, interval: 100 }

// One folder for all tests, as one machine would have.
let folder: AsyncDisposable & { path: string }
let dataDir: string

beforeAll(async () => {
  folder = await scratchFolder('start-faults')
  dataDir = join(folder.path, 'data')
})
afterAll(async () => await folder[Symbol.asyncDispose]())

describe('npm start', { timeout: 120_000 }, () => {
  it('leaves no server behind when it is killed, and the next one goes on', async () => {
    const killed = await startDemo(dataDir)
    killed.process.kill('SIGKILL')
    await vi.waitFor(() => expectSilence(killed.ready), POLLING)

    const next = await startDemo(dataDir)
    expect(next.ready.serviceKey).toBe(killed.ready.serviceKey)
    await expectSoundLedger(next.ready.ownerDatabaseUrl)
    next.process.kill('SIGTERM')
    expect(await next.ended).toMatchObject({ exit: 0 })
  })

  it('ends with the npm that runs it, even when that is killed', async () => {
    const script = fileURLToPath(START)
    const runner = spawn(
      'sh',
      ['-c', '"$0" "$@" & wait', process.execPath, script, '--json', '--data', dataDir],
      {
        env: { ...localEnvironment(), npm_lifecycle_event: 'start' },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const [line] = await once(runner.stdout.setEncoding('utf8'), 'data')
    const ready: ReadyLine = JSON.parse(line)

    runner.kill('SIGKILL')

    await vi.waitFor(() => expectSilence(ready), POLLING)
  })

  it('refuses to run twice on the same data, and says where it runs', async () => {
    const demo = await startDemo(dataDir, { args: ['--no-traffic'] })
    for (const args of [[], ['--fresh']]) {
      const second = await runLocally(START, ['--data', dataDir, ...args]).ended
      expect(second.exit).toBe(1)
      expect(second.stderr).toContain(
        `already running on ${dataDir} (process ${demo.process.pid}), at ${demo.ready.url}`,
      )
    }
    expect((await fetch(`${demo.ready.url}/readyz`)).status).toBe(200)
  })

  it('says that its Postgres ended, and ends', async () => {
    const demo = await startDemo(dataDir, { args: ['--no-traffic'] })
    const state = JSON.parse(await readFile(join(dataDir, 'running.json'), 'utf8'))

    process.kill(state.postgresPid, 'SIGKILL')

    const { exit, stderr } = await demo.ended
    expect(exit).toBe(1)
    expect(stderr).toContain('Postgres ended unexpectedly')
    await expectSilence(demo.ready)
  })

  it('says that its port is taken and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const port = String((other.address() as AddressInfo).port)

    const { exit, stderr } = await runLocally(START, ['--data', dataDir], { PORT: port }).ended

    expect(exit).toBe(1)
    expect(stderr).toContain(`port ${port} is taken: stop what listens there, or start with another PORT`)
  })

  it.each([
    { call: 'an unknown option', args: ['--colour'], env: {}, exit: 2, says: "Unknown option '--colour'" },
    { call: 'a bad variable', args: [], env: { USAGE_SHARDS: 'many' }, exit: 2, says: 'USAGE_SHARDS' },
    {
      call: 'a database that is given',
      args: [],
      env: { DATABASE_URL: 'postgres://127.0.0.1/live' },
      exit: 2,
      says: 'DATABASE_URL is set: unset it',
    },
    {
      call: 'a production without a database',
      args: [],
      env: { NODE_ENV: 'production' },
      exit: 1,
      says: 'NODE_ENV=production refuses the one-machine default',
    },
  ])('refuses $call', async ({ args, env, exit, says }) => {
    const ended = await runLocally(START, ['--data', dataDir, ...args], env).ended

    expect(ended.exit).toBe(exit)
    expect(ended.stderr).toContain(says)
    expect(ended.stderr).not.toContain('    at ')
  })
})
