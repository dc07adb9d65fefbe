import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { WrongCall } from './command.ts'

/** The bytes of a file, or of stdin for `-`. Throws WrongCall where there is no such file. */
export async function openInput(path: string): Promise<Readable> {
  if (path === '-') return process.stdin
  try {
    const file = await open(path)
    if ((await file.stat()).isDirectory()) throw new Error('it is a folder')
    return file.createReadStream()
  } catch (cause) {
    throw new WrongCall(`cannot read ${path}`, { cause })
  }
}
