import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Clock } from '../config/clock.ts'

/** A copy on local disk of what was sent to the queue: one usage record a line. */
export interface Spool {
  /** Resolves when the records are on disk. */
  append(records: readonly unknown[]): Promise<void>
  close(): Promise<void>
}

const FILE_BYTES_MAX = 64 * 1024 * 1024
const DAYS_KEPT = 7
const DAY_MS = 24 * 3_600_000
const FILE_NAME = /^usage-.+\.ndjson$/

/**
 * Opens a spool in a folder. Files are rotated at 64 MiB and at each opening, and deleted 7 days after their last
 * write. One process a folder.
 */
export async function openSpool(dir: string, clock: Clock): Promise<Spool> {
  await mkdir(dir, { recursive: true })
  return new FileSpool(dir, clock)
}

/** The spool's files, oldest first. */
export async function listSpoolFiles(dir: string): Promise<string[]> {
  const names = (await readdir(dir)).filter((name) => FILE_NAME.test(name)).sort()
  return names.map((name) => join(dir, name))
}

/** The records of one spool file. A last line that a crash cut short is left out: it was never sent. */
export async function* readSpoolFile(path: string): AsyncGenerator<unknown> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })
  let cut: { line: number; cause: unknown } | null = null
  let line = 0
  for await (const text of lines) {
    line += 1
    if (cut) throw new Error(`${path}: line ${cut.line} is not JSON`, { cause: cut.cause })
    try {
      yield JSON.parse(text)
    } catch (cause) {
      cut = { line, cause }
    }
  }
}

class FileSpool implements Spool {
  readonly #dir: string
  readonly #clock: Clock
  #file: FileHandle | null = null
  #bytes = 0
  #files = 0
  #last: Promise<void> = Promise.resolve()

  constructor(dir: string, clock: Clock) {
    this.#dir = dir
    this.#clock = clock
  }

  append(records: readonly unknown[]): Promise<void> {
    const text = records.map((record) => `${JSON.stringify(record) ?? 'null'}\n`).join('')
    const appended = this.#last.then(() => this.#write(text))
    this.#last = appended.catch(() => undefined)
    return appended
  }

  async close(): Promise<void> {
    await this.#last
    await this.#leaveFile()
  }

  async #write(text: string): Promise<void> {
    this.#file ??= await this.#openNext()
    try {
      await this.#file.appendFile(text)
      await this.#file.datasync()
    } catch (error) {
      // How much of the text it holds is unknown, and only the last line of a file may be cut short.
      await this.#leaveFile()
      throw error
    }
    this.#bytes += Buffer.byteLength(text)
    if (this.#bytes >= FILE_BYTES_MAX) await this.#leaveFile()
  }

  async #leaveFile(): Promise<void> {
    const file = this.#file
    this.#file = null
    await file?.close()
  }

  async #openNext(): Promise<FileHandle> {
    await this.#deleteOld()
    this.#bytes = 0
    this.#files += 1
    const stamp = this.#clock.now().toISOString().replaceAll(':', '')
    const file = await open(join(this.#dir, `usage-${stamp}-${process.pid}-${this.#files}.ndjson`), 'ax')
    await this.#syncFolder()
    return file
  }

  /** A file that its folder does not know of yet would be gone after a power cut, whatever of it is on disk. */
  async #syncFolder(): Promise<void> {
    const folder = await open(this.#dir)
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  async #deleteOld(): Promise<void> {
    const oldestMs = this.#clock.now().getTime() - DAYS_KEPT * DAY_MS
    for (const path of await listSpoolFiles(this.#dir)) {
      if ((await stat(path)).mtimeMs < oldestMs) await rm(path)
    }
  }
}
