import {
  appendFile,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { listSpoolFiles, openSpool, readSpoolFile } from '../../jobs/spool.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { scratchFolder } from '../support/scratch-folder.ts'
import { callRecord } from '../support/usage.ts'

const MIB = 1024 * 1024
const DAY_SECONDS = 24 * 3_600

async function setup() {
  const folder = await scratchFolder('spool')
  const dir = join(folder.path, 'spool')
  const clock = fakeClock('2026-03-02T12:00:00Z')
  const spool = await openSpool(dir, clock)
  onTestFinished(async () => {
    await spool.close()
    await folder[Symbol.asyncDispose]()
  })
  return { dir, clock, spool }
}

async function recordsIn(dir: string): Promise<unknown[]> {
  const records: unknown[] = []
  for (const file of await listSpoolFiles(dir)) {
    for await (const record of readSpoolFile(file)) records.push(record)
  }
  return records
}

describe('a spool', () => {
  it('has what was appended on disk when the append resolves, one record a line', async () => {
    const { dir, spool } = await setup()
    const records = [callRecord({ id: 'call-1', tags: { note: 'line\nbreak, "quote", ü' } }), callRecord()]

    await spool.append(records)

    const [file = ''] = await listSpoolFiles(dir)
    expect(await readFile(file, 'utf8')).toBe(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    expect(await recordsIn(dir)).toEqual(records)
  })

  it('keeps the order of appends that overlap', async () => {
    const { dir, spool } = await setup()
    const ids = Array.from({ length: 50 }, (_, n) => `call-${n}`)

    await Promise.all(ids.map((id) => spool.append([{ id }])))

    expect(await recordsIn(dir)).toEqual(ids.map((id) => ({ id })))
  })

  it('keeps what is no JSON value as null', async () => {
    const { dir, spool } = await setup()

    await spool.append([undefined, { id: 1 }])

    expect(await recordsIn(dir)).toEqual([null, { id: 1 }])
  })

  it('goes on in another file at 64 MiB', async () => {
    const { dir, spool } = await setup()
    const large = { id: 'large', text: 'x'.repeat(16 * MIB) }

    for (let n = 0; n < 5; n++) await spool.append([large])

    const files = await listSpoolFiles(dir)
    expect(await Promise.all(files.map(async (file) => (await readFile(file)).length > 64 * MIB))).toEqual([
      true,
      false,
    ])
  })

  it('goes on in another file at each opening; files are listed oldest first', async () => {
    const { dir, clock, spool } = await setup()
    await spool.append([{ id: 1 }])
    await spool.close()
    clock.advance(1)
    const reopened = await openSpool(dir, clock)
    await reopened.append([{ id: 2 }])
    await reopened.close()

    expect(await listSpoolFiles(dir)).toHaveLength(2)
    expect(await recordsIn(dir)).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('is deleted file by file seven days after the last write, and nothing else in its folder is', async () => {
    const { dir, clock, spool } = await setup()
    const nowSeconds = clock.now().getTime() / 1_000
    const ages = {
      'usage-old.ndjson': 7 * DAY_SECONDS + 1,
      'usage-young.ndjson': 7 * DAY_SECONDS - 1,
      'other.txt': 1e9,
    }
    for (const [name, ageSeconds] of Object.entries(ages)) {
      await writeFile(join(dir, name), '{}\n')
      await utimes(join(dir, name), nowSeconds - ageSeconds, nowSeconds - ageSeconds)
    }

    await spool.append([{ id: 1 }])

    const names = await readdir(dir)
    expect(names.filter((name) => name in ages).sort()).toEqual(['other.txt', 'usage-young.ndjson'])
    expect(await listSpoolFiles(dir)).not.toContain(join(dir, 'other.txt'))
  })

  it('rejects an append that cannot be written, and takes the next one', async () => {
    const { dir, spool } = await setup()
    await rm(dir, { recursive: true })

    await expect(spool.append([{ id: 1 }])).rejects.toThrow('ENOENT')
    await mkdir(dir)
    await spool.append([{ id: 2 }])

    expect(await recordsIn(dir)).toEqual([{ id: 2 }])
  })
})

describe('a spool on a disk that is full', () => {
  it('rejects what it could not write whole, and goes on in another file', async () => {
    const { dir, spool } = await setup()
    await spool.append([{ id: 1 }])
    await failNextAppend(dir)

    await expect(spool.append([{ id: 2 }])).rejects.toThrow('ENOSPC')
    await spool.append([{ id: 3 }])

    expect(await recordsIn(dir)).toEqual([{ id: 1 }, { id: 3 }])
  })
})

/** The next append of any file writes five bytes and fails. */
async function failNextAppend(dir: string): Promise<void> {
  const anyFile = await open(join(dir, 'any.txt'), 'w')
  const appendFile = vi.spyOn(Object.getPrototypeOf(anyFile), 'appendFile')
  onTestFinished(() => appendFile.mockRestore())
  appendFile.mockImplementationOnce(async function (this: FileHandle, ...[text]: unknown[]) {
    await this.write(String(text).slice(0, 5))
    throw new Error('ENOSPC: no space left on device')
  })
  await anyFile.close()
}

describe('a spool file', () => {
  it('is read without the last line when a crash cut it short: that was never sent', async () => {
    const { dir, spool } = await setup()
    await spool.append([{ id: 1 }])
    const [file = ''] = await listSpoolFiles(dir)
    await appendFile(file, '{"id":2,"acc')

    expect(await recordsIn(dir)).toEqual([{ id: 1 }])
  })

  it('that is damaged elsewhere is refused, naming the line', async () => {
    const { dir } = await setup()
    const file = join(dir, 'usage-1.ndjson')
    await writeFile(file, '{"id":1}\n{"id":\n{"id":3}\n')

    await expect(recordsIn(dir)).rejects.toThrow(`${basename(file)}: line 2 is not JSON`)
  })

  it('that is not there is refused', async () => {
    const { dir } = await setup()

    await expect(readSpoolFile(join(dir, 'usage-none.ndjson')).next()).rejects.toThrow('ENOENT')
  })
})
