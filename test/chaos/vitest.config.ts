import { spawnSync } from 'node:child_process'
import { defineConfig } from 'vitest/config'
import { hasRedisServer } from '../../sandbox/redis-server.ts'
import { COMPILE_CACHE } from '../support/compile-cache.ts'

/** What tests need beyond git, Node and npm, by the beginning of their file's name. */
const TOOLS = [
  { tests: 'redis-', tool: 'redis-server (6.2 or later)', isHere: hasRedisServer() },
  {
    tests: 'pgbouncer-',
    tool: 'redis-server and pgbouncer',
    isHere: hasRedisServer() && isOnPath('pgbouncer'),
  },
]

const missing = TOOLS.filter(({ isHere }) => !isHere)
for (const { tests, tool } of missing) {
  console.log(`Left out: test/chaos/${tests}*.test.ts, which need ${tool} on the PATH`)
}

export default defineConfig({
  test: {
    name: 'chaos',
    env: COMPILE_CACHE,
    include: ['test/chaos/**/*.test.ts'],
    exclude: missing.map(({ tests }) => `test/chaos/${tests}*.test.ts`),
    globalSetup: 'test/support/global-setup.ts',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
})

function isOnPath(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}
