import type { Stripe } from '../../clients/stripe-types.ts'
import type { Clock, NewId } from '../../config/clock.ts'
import type { EventType, State, StripeEvent } from './stripe-objects.ts'
import { noSuch } from './stripe-refusal.ts'

/** The version whose shapes are answered: the one that the SDK in package.json is made for. */
export const API_VERSION = '2026-10-28.endive'

/** The merchant's account at Stripe: what it holds, its time, its ids, and the events of all that happens. */
export interface Merchant {
  readonly state: State
  readonly clock: Clock
  nowSeconds(): number
  /** `pi_3f…`: an id never given before. */
  newId(prefix: string): string
  /** Records an event with the object as it is now, and has it sent. */
  emit(type: EventType, object: object, previous?: object): void
  /** The request that is being worked on, which its events name; null for what happens by itself. */
  request: Stripe.Event.Request | null
}

interface MerchantParts {
  readonly state: State
  readonly clock: Clock
  readonly newId: NewId
  onEvent(event: StripeEvent): void
}

export function createMerchant({ state, clock, newId, onEvent }: MerchantParts): Merchant {
  const newStripeId = (prefix: string) => `${prefix}_${newId().replaceAll('-', '')}`
  const nowSeconds = () => Math.floor(clock.now().getTime() / 1_000)
  const merchant: Merchant = {
    state,
    clock,
    request: null,
    nowSeconds,
    newId: newStripeId,
    emit(type, object, previous) {
      const event: StripeEvent = {
        id: newStripeId('evt'),
        object: 'event',
        api_version: API_VERSION,
        created: nowSeconds(),
        data: structuredClone(previous ? { object, previous_attributes: previous } : { object }),
        livemode: false,
        pending_webhooks: 0,
        request: merchant.request,
        type,
      }
      pruneEvents(state.events, event.created)
      state.events.set(event.id, event)
      onEvent(event)
    },
  }
  return merchant
}

/** Stripe lists events for 30 days. */
export const EVENTS_KEPT_SECONDS = 30 * 86_400

/** The oldest stand first, so the first that is young enough ends the search. */
function pruneEvents(events: State['events'], nowSeconds: number): void {
  for (const [id, { created }] of events) {
    if (nowSeconds - created <= EVENTS_KEPT_SECONDS) return
    events.delete(id)
  }
}

/** The object with this id. Throws Stripe's 404, which names the parameter that held the id. */
export function held<Held>(
  objects: ReadonlyMap<string, Held>,
  id: string,
  { object, param }: { object: string; param?: string },
): Held {
  const found = objects.get(id)
  if (found === undefined) throw noSuch(object, id, param)
  return found
}
