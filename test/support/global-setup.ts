import type { TestProject } from 'vitest/node'
import { environment } from '../../config/environment.ts'
import { buildPage } from '../../sandbox/build-page.ts'
import { removeLeftScratchFolders } from './scratch-folder.ts'
import { createTemplateDatabase, dropTemplateDatabase, type TemplateDatabase } from './template-database.ts'
import { startTestServers } from './test-servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    templateDatabase: TemplateDatabase
    redisUrl: string | null
  }
}

/** Starts the servers of a whole run, or uses those that are given, and makes the template of its databases. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftScratchFolders()
  await buildPage(console.log)
  const { postgres, redis } = await startTestServers({
    postgresUrl: environment['DATABASE_URL'],
    redisUrl: environment['REDIS_URL'],
  })
  console.log(`Postgres: ${postgres.origin}`)
  console.log(`Redis: ${redis?.origin ?? 'none, queues are tested on Postgres alone'}`)

  const stop = async (options: { keepData: boolean }) => {
    await postgres.stop(options)
    await redis?.stop(options)
  }
  try {
    const template = await createTemplateDatabase(postgres.url)
    project.provide('postgresUrl', postgres.url)
    project.provide('templateDatabase', template)
    project.provide('redisUrl', redis?.url ?? null)
    return async () => {
      const kept = await dropTemplateDatabase(postgres.url, template)
      if (kept.length > 0)
        console.log(`Kept for inspection, in Postgres (${postgres.origin}): ${kept.join(', ')}`)
      await stop({ keepData: kept.length > 0 })
    }
  } catch (error) {
    await stop({ keepData: false })
    throw error
  }
}
