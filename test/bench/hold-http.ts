import type { AskingCalls } from './asking-process.ts'
import type { HoldLedger } from './hold-ledger.ts'
import type { Latency } from './latency.ts'
import { ProcessHandle } from './process-handle.ts'
import type { WebCalls } from './web-process.ts'

/** Asks over HTTP. */
export interface HttpFigures {
  /** What 50 clients reach. */
  readonly perSecond: number
  /** Of the two that follow: half of it. */
  readonly pacePerSecond: number
  /** `GET /healthz`, which does nothing. */
  readonly empty: Latency
  readonly hold: Latency
}

/** The product's HTTP server and its clients. They serve one ledger after the other, so that their code is warm. */
export interface HttpProcesses {
  readonly web: ProcessHandle<WebCalls>
  readonly asking: ProcessHandle<AskingCalls>
  end(): void
}

export function startHttpProcesses(): HttpProcesses {
  const web = new ProcessHandle<WebCalls>('web-process.ts')
  const asking = new ProcessHandle<AskingCalls>('asking-process.ts')
  return {
    web,
    asking,
    end: () => {
      asking.end()
      web.end()
    },
  }
}

/** Both at work on a ledger. */
export interface HoldHttp {
  measure(ms: number): Promise<HttpFigures>
  close(): Promise<void>
}

export async function openHoldHttp(
  { web, asking }: HttpProcesses,
  { webConfig: config, serviceKey: key }: Pick<HoldLedger, 'webConfig' | 'serviceKey'>,
): Promise<HoldHttp> {
  const { url } = await web.call('start', { config })
  return {
    measure: async (ms) => await asking.call('measure', { url, key, ms }),
    close: async () => {
      await web.call('stop', null)
    },
  }
}
