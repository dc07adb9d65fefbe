import { execFileSync } from 'node:child_process'
import { userInfo } from 'node:os'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { findUnprivilegedRunner, runUnder } from '../../sandbox/unprivileged-runner.ts'

const isRoot = process.geteuid?.() === 0

test('a program never sees root, and nothing of the environment', () => {
  vi.stubEnv('PGPORT', '1')
  onTestFinished(() => void vi.unstubAllEnvs())
  const [program, ...args] = runUnder(findUnprivilegedRunner(), ['sh', '-c', 'id -u; echo "[$PGPORT]"'])

  const [uid, port] = execFileSync(program, args, { encoding: 'utf8' }).split('\n')
  expect(uid).toBe(String(isRoot ? 65534 : userInfo().uid))
  expect(port).toBe('[]')
})

describe.runIf(isRoot)('root', () => {
  test('is told what to do where it can become nobody in no way', () => {
    vi.stubEnv('PATH', '')
    onTestFinished(() => void vi.unstubAllEnvs())

    expect(findUnprivilegedRunner).toThrow('start as a normal user, or set DATABASE_URL')
  })
})
