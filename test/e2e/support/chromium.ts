import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { environment } from '../../../config/environment.ts'

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url))
const FOLDER = join(CACHE, 'chromium-153')
const UNPACK = fileURLToPath(new URL('./unpack-chromium.ts', import.meta.url))

/** Starts the Chromium that comes with the packages, with the libraries and fonts that come with it. */
export async function launchChromium(): Promise<Browser> {
  const folder = await chromiumFolder()
  return await chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none', '--hide-scrollbars'],
    env: {
      ...environment,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  })
}

/** Unpacks it once, beside the packages; several processes may ask at the same time. */
export async function chromiumFolder(): Promise<string> {
  if (await isThere(FOLDER)) return FOLDER
  await mkdir(CACHE, { recursive: true })
  const fresh = await mkdtemp(join(CACHE, 'chromium-'))
  await promisify(execFile)(process.execPath, [UNPACK], { env: { ...environment, TMPDIR: fresh } })
  await writeFile(join(fresh, 'fonts.conf'), FONTS)
  try {
    await rename(fresh, FOLDER)
  } catch (error) {
    // Another process was first.
    if (!(await isThere(FOLDER))) throw error
    await rm(fresh, { recursive: true })
  }
  return FOLDER
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}

/** The fonts of the bundle alone, so that pages look the same on every machine. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(FOLDER, 'fonts')}</dir>
  <cachedir>${join(FOLDER, 'fonts-cache')}</cachedir>
</fontconfig>
`
