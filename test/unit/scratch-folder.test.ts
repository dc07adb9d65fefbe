import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { removeLeftScratchFolders, scratchFolder } from '../support/scratch-folder.ts'

test('a scratch folder is closed to others and goes when its test does', async () => {
  let path: string
  {
    await using folder = await scratchFolder('closed')
    path = folder.path
    expect((await stat(path)).mode & 0o777).toBe(0o700)
  }
  await expect(access(path)).rejects.toThrow('ENOENT')
})

test('the scratch folders of runs that were killed are removed, those of runs at work are not', async () => {
  await using folder = await scratchFolder('live')
  const ended = spawn('true')
  await once(ended, 'exit')
  const left = join(dirname(folder.path), `ringledger-test-left-over-${ended.pid}-abcdef`)
  await mkdir(left)

  await removeLeftScratchFolders()
  await expect(access(left)).rejects.toThrow('ENOENT')
  await access(folder.path)
})
