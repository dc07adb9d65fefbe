import type { Route } from '../route.ts'
import { balance } from './balance.ts'
import { entries } from './entries.ts'
import { health, readiness } from './health.ts'
import { metrics } from './metrics.ts'
import { openapi } from './openapi.ts'
import { usage } from './usage.ts'

const calls: readonly Route[] = [usage, balance, entries, health, readiness, metrics]

/** Every call there is. */
export const routes: readonly Route[] = [...calls, openapi(calls)]
