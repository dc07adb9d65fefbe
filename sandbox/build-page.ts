import { execFile } from 'node:child_process'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { environment } from '../config/environment.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PAGE = join(ROOT, 'web', 'page')
const BUILT = join(PAGE, 'dist')
/** What the page is made of; the rules of billing/ run in it too. */
const SOURCES = [PAGE, join(ROOT, 'billing'), join(ROOT, 'package-lock.json')]

/**
 * Builds the billing page where that was not done since its sources changed; a checkout needs no more than `npm ci`.
 * `say` hears that it takes a moment. May run in several processes at once. Rejects when the build fails.
 */
export async function buildPage(say: (event: string) => void): Promise<void> {
  const builtAtMs = await changedAtMs(join(BUILT, 'index.html'))
  const sourcesAtMs = await Promise.all(SOURCES.map(newestMs))
  if (builtAtMs > Math.max(...sourcesAtMs)) return
  say('building the billing page, which takes a few seconds')
  const fresh = join(PAGE, `dist-${process.pid}`)
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js')
  const config = join(PAGE, 'vite.config.ts')
  await promisify(execFile)(process.execPath, [vite, 'build', '--config', config, '--outDir', fresh], {
    cwd: ROOT,
    env: { ...environment, NODE_ENV: 'production' },
  })
  await putInPlace(fresh)
}

/** Whoever asks for the page meanwhile finds all of the old one or all of the new one. */
async function putInPlace(fresh: string): Promise<void> {
  const old = `${fresh}-old`
  try {
    await rename(BUILT, old)
  } catch (error) {
    if ((await changedAtMs(BUILT)) > 0) throw error // else there was none, or another process has just moved it
  }
  try {
    await rename(fresh, BUILT)
  } catch (error) {
    // Another process has just put the same files there.
    if ((await changedAtMs(join(BUILT, 'index.html'))) === 0) throw error
  }
  await Promise.all([fresh, old].map((folder) => rm(folder, { recursive: true, force: true })))
}

/** The newest change of a file, or below a folder; what was built is left out. */
async function newestMs(path: string): Promise<number> {
  const own = await stat(path)
  if (!own.isDirectory()) return own.mtimeMs
  const entries = await readdir(path)
  const inside = entries.filter((name) => !name.startsWith('dist')).map((name) => newestMs(join(path, name)))
  return Math.max(0, ...(await Promise.all(inside)))
}

/** 0 for a file that is not there. */
async function changedAtMs(path: string): Promise<number> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}
