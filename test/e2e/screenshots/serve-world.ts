import { join } from 'node:path'
import { systemClock as clock, systemNewId as newId } from '../../../config/clock.ts'
import { loadConfig } from '../../../config/config.ts'
import { createLog } from '../../../config/logger.ts'
import { demoCrm } from '../../../sandbox/start-page/demo-crm.ts'
import { startWeb } from '../../../web/start-web.ts'
import { scratchFolder } from '../../support/scratch-folder.ts'

const GRACE_MS = 1_000

/** The web server on a database, for somebody who looks and changes nothing. */
export async function serveWorld(
  databaseUrl: string,
): Promise<{ open(account: string): Promise<string>; stop(): Promise<void> }> {
  const scratch = await scratchFolder('screenshots')
  const crm = await demoCrm(join(scratch.path, 'page-token-key'))
  const config = loadConfig({ DATABASE_URL: databaseUrl, PORT: '0', PUBLIC_URL: 'http://127.0.0.1' })
  const page = { ...config.page, tokenKeys: [crm.tokenKey] }
  const log = createLog({ level: 'silent', process: 'screenshots', to: 'stderr' })
  const web = await startWeb({ config: { ...config, page }, log, clock, newId })
  return {
    open: async (account) => `${web.url}/billing?token=${await crm.signToken(account, 'manager')}`,
    stop: async () => {
      await web.stop(GRACE_MS)
      await scratch[Symbol.asyncDispose]()
    },
  }
}
