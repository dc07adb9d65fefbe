import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { NOBODY, type Runner, runUnder } from './unprivileged-runner.ts'

const run = promisify(execFile)

/** The files of one Postgres server, with the password of its superuser beside them. */
export interface Cluster {
  /** What Postgres calls its data directory. */
  readonly folder: string
  readonly password: string
}

export const SUPERUSER = 'postgres'

export function clusterFolder(dataDir: string): string {
  return join(dataDir, 'cluster', 'data')
}

export async function readPassword(dataDir: string): Promise<string> {
  return await readFile(join(dataDir, 'cluster', 'password'), 'utf8')
}

/** The cluster in `dataDir`; made there when there is none, with a random password. */
export async function ensureCluster(options: {
  dataDir: string
  initdb: string
  runner: Runner
}): Promise<Cluster> {
  const folder = clusterFolder(options.dataDir)
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  if (!(await isCluster(folder))) await makeCluster(options)

  await ensureOwner(folder, options.runner)
  return { folder, password: await readPassword(options.dataDir) }
}

async function isCluster(folder: string): Promise<boolean> {
  try {
    await access(join(folder, 'PG_VERSION'))
    return true
  } catch {
    return false
  }
}

/** The cluster appears whole or not at all, whoever else makes it or is killed meanwhile. */
async function makeCluster({ dataDir, initdb, runner }: Parameters<typeof ensureCluster>[0]): Promise<void> {
  const staging = await mkdtemp(join(dataDir, 'staging-'))
  const passwordFile = join(staging, 'password')
  try {
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
    const files = [`--pgdata=${join(staging, 'data')}`, `--pwfile=${passwordFile}`]
    const [program, ...args] = runUnder(runner, [initdb, ...INITDB_OPTIONS, ...files])
    await run(program, args)
    await rename(staging, join(dataDir, 'cluster'))
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    if (!(await isCluster(clusterFolder(dataDir)))) throw error
  }
}

const INITDB_OPTIONS: readonly string[] = [
  `--username=${SUPERUSER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin', // the same order and case rules on every system
  '--builtin-locale=C.UTF-8',
  '--set=timezone=UTC',
  '--set=log_timezone=UTC',
  '--set=scram_iterations=1', // many rounds protect weak passwords; this one has 192 random bits
  '--no-instructions',
]

/** The two ways of root own their files differently, and a machine may come to allow the other one. */
async function ensureOwner(folder: string, runner: Runner): Promise<void> {
  const { uid } = await stat(folder)
  if (uid === runner.uid) return

  const isOtherWayOfRoot = process.geteuid?.() === 0 && (uid === 0 || uid === NOBODY)
  if (!isOtherWayOfRoot) {
    throw new Error(
      `${folder} belongs to the user with id ${uid}: start as that user, or with another data folder`,
    )
  }
  await run('chown', ['-R', `${runner.uid}:${runner.uid}`, folder])
}
