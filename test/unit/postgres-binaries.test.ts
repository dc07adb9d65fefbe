import { access, chmod, mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { preparePostgres } from '../../sandbox/postgres-binaries.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

test('links to shared libraries that npm left out are made', async () => {
  await using folder = await scratchFolder('binaries')
  const installed = await packageWithoutLinks(folder.path)

  const { postgres } = await preparePostgres({ installed, copyDir: join(folder.path, 'copies') })
  expect(postgres).toBe(join(installed, 'native', 'bin', 'postgres'))
  await access(join(installed, 'native', 'lib', 'libpq.so.5'))
})

test('a package that may not be written to is completed in a copy, which later starts use again', async () => {
  await using folder = await scratchFolder('binaries')
  const installed = await packageWithoutLinks(folder.path)
  const folders = { installed, copyDir: join(folder.path, 'copies') }

  await chmod(join(installed, 'native', 'lib'), 0o555)
  const { postgres } = await preparePostgres(folders)
  const again = await preparePostgres(folders)
  await chmod(join(installed, 'native', 'lib'), 0o755)

  const mayWriteEverywhere = process.geteuid?.() === 0
  expect(relative(folder.path, postgres)).toBe(
    mayWriteEverywhere ? 'package/native/bin/postgres' : 'copies/postgres-18.4.0/native/bin/postgres',
  )
  await access(join(postgres, '..', '..', 'lib', 'libpq.so.5'))
  expect(again.postgres).toBe(postgres)
})

async function packageWithoutLinks(folder: string): Promise<string> {
  const installed = join(folder, 'package')
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]
  await mkdir(join(installed, 'native', 'bin'), { recursive: true })
  await mkdir(join(installed, 'native', 'lib'))
  await writeFile(join(installed, 'package.json'), '{ "version": "18.4.0" }')
  await writeFile(join(installed, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  await writeFile(join(installed, 'native', 'bin', 'postgres'), '')
  await writeFile(join(installed, 'native', 'lib', 'libpq.so.5.18'), '')
  return installed
}
