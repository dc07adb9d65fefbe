/** A worker process that tests kill or freeze in the midst of its work. Takes a `WorkerOrder` as JSON. */
import { once } from 'node:events'
import { systemClock, systemNewId } from '../../config/clock.ts'
import { loadConfig } from '../../config/config.ts'
import { createLog } from '../../config/logger.ts'
import { startWorker } from '../../workers/start-worker.ts'
import { interceptStatements } from './intercept-statements.ts'
import type { Step, WorkerOrder } from './worker-process.ts'

const order: WorkerOrder = JSON.parse(process.argv[2] ?? '{}')
const log = createLog({ level: 'debug', process: 'worker' })
let isInTransaction = false
let hasHalted = false

interceptStatements((text, parameters) => {
  if (text === 'begin') reach('after rating, before the transaction')
  if (text === 'commit') reach('in the transaction, before its commit is sent')
  if (/^(begin|commit|rollback)$/.test(text)) isInTransaction = text === 'begin'
  if (asText(parameters).includes('poison')) reach('posting a poison record')
  return text
})

const worker = await startWorker(
  {
    config: loadConfig(),
    log,
    clock: {
      now: () => {
        reach(isInTransaction ? 'in the transaction, before posting' : 'before rating')
        return systemClock.now()
      },
    },
    newId: () => {
      reach('in the transaction, after posting')
      return systemNewId()
    },
    lockTiming: order.lockTiming,
  },
  () => reach('after the commit, before the acknowledgement'),
)
await once(process, 'SIGTERM')
await worker.stop(order.graceMs)
process.exit()

function asText(parameters: readonly unknown[]): string {
  return JSON.stringify(parameters, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
}

function reach(step: Step): void {
  if (hasHalted || order.halt?.at !== step) return
  hasHalted = true
  log.info({ step }, 'halting')
  process.kill(process.pid, order.halt.signal)
}
