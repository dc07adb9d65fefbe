import { readFile, rename, writeFile } from 'node:fs/promises'

/** The text of a file, or undefined when there is none. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a file that only its owner may read; readers see the old text or the whole of this one. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const staging = `${path}.${process.pid}`
  await writeFile(staging, text, { mode: 0o600 })
  await rename(staging, path)
}
