/** Runs `runUntilStopped` on a part that logs how it is stopped. Argument: what goes wrong. */
import { createLog } from '../../config/logger.ts'
import { runUntilStopped } from '../../scripts/run-until-stopped.ts'

const [fault] = process.argv.slice(2)
const log = createLog({ level: 'debug', process: 'stoppable' })
const keepAlive = setInterval(() => undefined, 60_000)

process.exitCode = await runUntilStopped(log, () => {
  if (fault === 'throws') setImmediate(() => fail('thrown'))
  if (fault === 'rejects') setImmediate(() => void Promise.reject(new Error('rejected')))
  log.info('part ready')
  return Promise.resolve({
    stop: async (graceMs) => {
      log.info({ graceMs }, 'part stops')
      if (fault === 'never stops') await new Promise(() => undefined)
      clearInterval(keepAlive)
    },
  })
})

function fail(message: string): never {
  throw new Error(message)
}
