import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from './monotonic-ms.ts'

/** Calls `send` with each item when it is due, or at once if that has passed: so many a second, whatever becomes of them. */
export async function atSteadyPace<Item>(
  items: readonly Item[],
  perSecond: number,
  send: (item: Item) => void,
): Promise<void> {
  const startedAtMs = monotonicMs()
  for (const [index, item] of items.entries()) {
    while (monotonicMs() < startedAtMs + (index * 1_000) / perSecond) await sleep(1)
    send(item)
  }
}
