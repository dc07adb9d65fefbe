import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type LocalProcess, runLocally, START, startDemo } from '../support/local-process.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

const HOLD = new URL('../support/hold-runtime.ts', import.meta.url)
const POLLING = { timeout: 30_000, interval: 50 }

let folder: AsyncDisposable & { path: string }
let dataDir: string

beforeAll(async () => {
  folder = await scratchFolder('local-data')
  dataDir = join(folder.path, 'data')
})
afterAll(async () => await folder[Symbol.asyncDispose]())

describe('without DATABASE_URL', { timeout: 120_000 }, () => {
  it('commands that start at the same moment work on the same servers, and both finish', async () => {
    const commands = [command('first'), command('second')]

    const urls = await Promise.all(commands.map(({ firstLine }) => firstLine))

    expect(urls[0]).toBe(urls[1])
    for (const { process } of commands) process.stdin?.end()
    const ends = await Promise.all(commands.map(({ ended }) => ended))
    expect(ends.map(({ exit }) => exit)).toEqual([0, 0])
    expect(ends.map(({ stderr }) => stderr)).toEqual(
      expect.arrayContaining([
        // Which of the two says so depends on whose folder the other one found.
        expect.stringMatching(/, (made just now|started for this command)\n/),
        `DATABASE_URL is not set: working on the one-machine default in ${dataDir}, which is running\n`,
      ]),
    )
  })

  it('a command that started the servers stops them when the others have finished', async () => {
    const owner = command('owner')
    const guest = await afterFirstLine(owner, () => command('guest'))
    await guest.firstLine

    owner.process.stdin?.end()
    await vi.waitUntil(() => owner.stderr().includes('waiting for other commands'), POLLING)
    guest.process.stdin?.end()

    expect(await guest.ended).toMatchObject({ exit: 0 })
    expect(await owner.ended).toMatchObject({ exit: 0 })
  })

  it('npm start waits for a command that works on the data', async () => {
    const owner = command('import-usage')
    const demo = await afterFirstLine(owner, () =>
      runLocally(START, ['--json', '--no-traffic', '--data', dataDir]),
    )
    const waiting = `waiting for import-usage (process ${owner.process.pid}), which works on ${dataDir}\n`
    await vi.waitUntil(() => demo.stderr() === waiting, POLLING)

    owner.process.stdin?.end()

    expect(JSON.parse(await demo.firstLine)).toMatchObject({ ready: true })
    demo.process.kill('SIGTERM')
    expect(await demo.ended).toMatchObject({ exit: 0 })
  })

  it('npm start does not delete what a command works on', async () => {
    const owner = command('import-usage')
    const demo = await afterFirstLine(owner, () => runLocally(START, ['--fresh', '--data', dataDir]))

    const { exit, stderr } = await demo.ended

    expect(exit).toBe(1)
    expect(stderr).toContain(`--fresh would delete what import-usage (process ${owner.process.pid}) works on`)
    owner.process.stdin?.end()
    expect(await owner.ended).toMatchObject({ exit: 0 })
  })

  it('a command works beside npm start, and says so when that stops under it', async () => {
    const demo = await startDemo(dataDir, { args: ['--no-traffic'] })
    const guest = command('verify-ledger')
    const { databaseUrl, stripeUrl, mailUrl } = demo.ready
    expect(JSON.parse(await guest.firstLine)).toEqual({ databaseUrl, stripeUrl, mailUrl })

    demo.process.kill('SIGINT')

    expect(await demo.ended).toMatchObject({ exit: 0 })
    const { exit, stderr } = await guest.ended
    expect(exit).toBe(1)
    expect(stderr).toContain(
      `start (process ${demo.process.pid}) stopped the servers of the one-machine default: run this again`,
    )
  })
})

/** A command that works on the data until its input ends. */
function command(name: string): LocalProcess {
  return runLocally(HOLD, [dataDir, name])
}

async function afterFirstLine<T>(owner: LocalProcess, then: () => T): Promise<T> {
  await owner.firstLine
  return then()
}
