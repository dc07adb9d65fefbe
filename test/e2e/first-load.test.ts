import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'

const BUILT = fileURLToPath(new URL('../../web/page/dist/', import.meta.url))
const BYTES_MAX = 200_000

it('the first view needs less than 200 kB, compressed', async () => {
  const index = await readFile(`${BUILT}index.html`, 'utf8')
  const files = [...index.matchAll(/(?:src|href)="\/billing\/(assets\/[\w.-]+)"/g)].map(
    ([, file = '']) => file,
  )
  const endings = files.map((file) => file.split('.').at(-1))
  expect(endings).toEqual(expect.arrayContaining(['js', 'css']))
  const texts = await Promise.all(files.map((file) => readFile(BUILT + file)))
  const bytes = [Buffer.from(index), ...texts].map((text) => gzipSync(text).length)
  expect(bytes.reduce((sum, length) => sum + length, 0)).toBeLessThan(BYTES_MAX)
})

it('each script and stylesheet is there compressed too', async () => {
  const files = await readdir(`${BUILT}assets`)
  const plain = files.filter((file) => /\.(js|css)$/.test(file))
  expect(files).toEqual(expect.arrayContaining(plain.flatMap((file) => [`${file}.gz`, `${file}.br`])))
})
