import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { environment } from '../../config/environment.ts'

const CALL = {
  id: 'call-1',
  account: 'acct_1',
  item: 'phone_call',
  kind: 'outbound',
  from: '+12125550100',
  to: '+12035550123',
  occurredAt: '2026-11-05T14:00:00Z',
  durationMs: 60_000,
}
const LINE = `${JSON.stringify(CALL)}\n`

let folder: string
let rates: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringledger-test-price-'))
  rates = await file('rates.csv', 'item,rate\nphone_call,0.01\n')
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

function start(...args: string[]) {
  return startWith({}, ...args)
}

function startWith(env: Readonly<Record<string, string>>, ...args: string[]) {
  const script = new URL('../../scripts/price.ts', import.meta.url).pathname
  return spawn(process.execPath, [script, ...args], { stdio: 'pipe', env: { ...environment, ...env } })
}

async function run(...args: string[]) {
  return await ended(start(...args))
}

async function ended(child: ReturnType<typeof start>) {
  child.stdin.end()
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code, stdout, stderr }
}

describe('npm run price', () => {
  test('answers each line of a file on stdout, and exits with 0 when all have a price', async () => {
    const { code, stdout, stderr } = await run(
      '--rates',
      rates,
      '--usage',
      await file('usage.ndjson', LINE + LINE),
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.match(/"amount":"0.010000"/g)).toHaveLength(2)
  })

  test('exits with 1 when a line has an error', async () => {
    const { code, stdout } = await run('--rates', rates, '--usage', await file('bad.ndjson', `{}\n${LINE}`))
    expect(code).toBe(1)
    expect(stdout.split('\n')).toEqual([expect.stringMatching('^{"id":null,"error"'), expect.any(String), ''])
  })

  test('answers a line on stdin before the next one has come', async () => {
    const child = start('--rates', rates, '--usage', '-')
    child.stdin.write(LINE)
    const [answer] = await once(child.stdout, 'data')
    expect(JSON.parse(String(answer))).toMatchObject({ id: 'call-1' })
    child.stdin.end()
    expect(await once(child, 'close')).toEqual([0, null])
  })

  test('stops quietly when nobody reads its answers any more', async () => {
    const child = start('--rates', rates, '--usage', '-')
    const errors = text(child.stderr)
    child.stdin.on('error', () => undefined)
    child.stdin.write(LINE)
    await once(child.stdout, 'data')
    child.stdout.destroy()
    child.stdin.write(LINE.repeat(1000))
    expect(await once(child, 'close')).toEqual([0, null])
    expect(await errors).toBe('')
  })

  test('names every fault of both rate files, prices nothing and exits with 1', async () => {
    const bad = await file('bad.csv', 'item,rate,color\nphone_call,x,red\nphone_call,-1,red\n')
    const badOwn = await file('bad-accounts.csv', 'item\nphone_call\n')
    const { code, stdout, stderr } = await run('--rates', bad, '--account-rates', badOwn, '--usage', '-')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    const places = [
      'line 1, column color',
      'line 2, column rate',
      'line 3, column rate',
      'line 2, column account',
    ]
    for (const place of places) expect(stderr).toContain(`${place}: `)
    expect(stderr).toContain('refused, nothing is priced')
  })

  test('warns on stderr of times without a rate, and prices on', async () => {
    const gap = await file('gap.csv', 'item,effective_to\nphone_call,2026-12-01T00:00:00Z\n')
    const { code, stderr } = await run('--rates', gap, '--usage', '-')
    expect(code).toBe(0)
    expect(stderr).toContain('warning: line 2, column effective_to: ')
  })

  test.each([
    ['no --rates', ['--usage', '-'], '--rates is missing'],
    ['an unknown option', ['--rate', 'rates.csv'], "Unknown option '--rate'"],
    ['a folder for a file', ['--rates', '.', '--usage', '-'], 'cannot read .'],
    ['a file that is not there', ['--rates', 'nowhere.csv', '--usage', '-'], 'cannot read nowhere.csv'],
  ])('exits with 2 when called with %s, and says what to do', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain('Try: npm run -s price -- --help')
  })

  test('prices calls to the emergency numbers of EMERGENCY_NUMBERS at nothing', async () => {
    const calls = ['911', '110'].map((to) => JSON.stringify({ ...CALL, id: to, to })).join('\n')
    const usage = await file('emergency.ndjson', calls)
    const { code, stdout } = await ended(
      startWith({ EMERGENCY_NUMBERS: '911, 15' }, '--rates', rates, '--usage', usage),
    )
    expect(code).toBe(1)
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers).toMatchObject([
      { id: '911', amount: '0.000000' },
      { id: '110', error: { code: 'no_rate' } },
    ])
  })

  test('exits with 2 when EMERGENCY_NUMBERS is not usable', async () => {
    const { code, stderr } = await ended(
      startWith({ EMERGENCY_NUMBERS: 'police' }, '--rates', rates, '--usage', '-'),
    )
    expect(code).toBe(2)
    expect(stderr).toContain('EMERGENCY_NUMBERS must be short codes')
  })

  test('explains itself', async () => {
    const { code, stdout } = await run('--help')
    expect(code).toBe(0)
    for (const option of ['--rates', '--account-rates', '--usage']) expect(stdout).toContain(option)
  })
})
