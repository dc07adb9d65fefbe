import { randomUUID } from 'node:crypto'
import type { HoldAsk } from '../../billing/hold.ts'
import { usageRows } from './usage-rows.ts'

const CALLS = 4_096
const QUOTA_SECONDS = 300

/** An endless supply of asks, each with a request id of its own, for calls that lie over the accounts as usage does. */
export function holdAsks(accounts: number): () => HoldAsk {
  const calls = usageRows({ first: 0, count: CALLS, accounts })
  let asked = 0
  return () => {
    const call = calls[asked % CALLS]
    if (!call) throw new RangeError('there are no calls to ask for')
    asked += 1
    return {
      requestId: randomUUID(),
      account: call.account,
      item: 'phone_call',
      kind: 'outbound',
      from: call.from,
      to: call.to,
      seconds: QUOTA_SECONDS,
      segments: null,
    }
  }
}
