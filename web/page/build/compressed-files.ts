import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSED_ONES = /\.(js|css|svg)$/
const FORMATS = { gz: promisify(gzip), br: promisify(brotliCompress) } as const

/** Writes each script and stylesheet compressed too, for the server to send as it is. */
export function compressedFiles(): Plugin {
  return {
    name: 'compressed-files',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const paths = Object.keys(bundle).map((name) => join(dir, name))
      await Promise.all(paths.filter((path) => COMPRESSED_ONES.test(path)).map(compress))
    },
  }
}

/** From what was written: other plugins change a bundle up to then. */
async function compress(path: string): Promise<void> {
  const text = await readFile(path)
  for (const [ending, format] of Object.entries(FORMATS))
    await writeFile(`${path}.${ending}`, await format(text))
}
