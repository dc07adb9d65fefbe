import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, NewId } from '../../config/clock.ts'
import type { Config } from '../../config/config.ts'
import type { Log } from '../../config/logger.ts'
import { createUsageProducer } from '../../jobs/usage-producer.ts'
import { DEMO_ACCOUNTS } from './accounts.ts'
import { drawEvent } from './traffic.ts'

const TICK_MS = 200
const EVENTS_PER_TICK_MAX = 4

interface TrafficDeps {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  readonly newId: NewId
  /** Whether an account has credit: a telephony stack connects nothing for one that has none. */
  readonly isServed: (account: string) => boolean
}

/** Reports what happens on the phones of the demo accounts, through the producer client that a telephony stack has. */
export function playTraffic(deps: TrafficDeps): {
  stop(): Promise<void>
} {
  const { config, log, clock, newId, isServed } = deps
  const producer = createUsageProducer(config, {
    onError: (error) => log.error({ err: error }, 'demo traffic: queue connection error'),
  })
  const stopping = new AbortController()
  const playing = play()
  return {
    stop: async () => {
      stopping.abort()
      await playing
      await producer.close()
    },
  }

  async function play(): Promise<void> {
    while (!stopping.signal.aborted) {
      const draw = { random: Math.random, newId, now: clock.now() }
      const events = Math.floor(Math.random() * (EVENTS_PER_TICK_MAX + 1))
      const records = Array.from({ length: events }, () => drawEvent(draw, DEMO_ACCOUNTS)).flat()
      const served = records.filter(({ account }) => isServed(account))
      await producer.addAll(served).catch((error) => log.error({ err: error }, 'demo traffic was not sent'))
      await sleep(TICK_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
}
