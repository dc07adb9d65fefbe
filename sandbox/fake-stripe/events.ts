import { listPage } from './list-page.ts'
import { EVENTS_KEPT_SECONDS, held } from './merchant.ts'
import { text, texts } from './params.ts'
import { PAGING, type Route } from './route.ts'
import { badParam } from './stripe-refusal.ts'

export const eventRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/events',
    params: [...PAGING, 'delivery_success', 'type', 'types'],
    run: ({ merchant, params }) => {
      const type = text(params, 'type')
      const types = texts(params, 'types') ?? (type === undefined ? undefined : [type])
      if (type !== undefined && params['types'] !== undefined) {
        throw badParam('types', 'You may only specify one of these parameters: type, types.')
      }
      const oldest = merchant.nowSeconds() - EVENTS_KEPT_SECONDS
      const delivered = text(params, 'delivery_success')
      const found = [...merchant.state.events.values()].filter(
        (event) =>
          event.created >= oldest &&
          (types === undefined || types.some((wanted) => matches(event.type, wanted))) &&
          (delivered === undefined || (event.pending_webhooks === 0) === (delivered === 'true')),
      )
      return listPage(found, { params, url: '/v1/events' })
    },
  },
  {
    method: 'GET',
    path: '/v1/events/:id',
    params: [],
    run: ({ merchant, id }) => held(merchant.state.events, id, { object: 'event' }),
  },
]

/** `charge.*` stands for every event of charges. */
function matches(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
}
