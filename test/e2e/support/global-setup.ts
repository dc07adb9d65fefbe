import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildPage } from '../../../sandbox/build-page.ts'
import { makeScratchFolder } from '../../support/scratch-folder.ts'
import { chromiumFolder } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'

declare module 'vitest' {
  interface ProvidedContext {
    demo: Demo
  }
}

/** Builds the page, unpacks the browser and starts one demo for all stories; each story has accounts of its own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await Promise.all([buildPage(console.log), chromiumFolder()])
  const folder = await makeScratchFolder('e2e')
  const { demo, stop } = await startDemo(join(folder, 'data'))
  project.provide('demo', demo)
  return async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  }
}
