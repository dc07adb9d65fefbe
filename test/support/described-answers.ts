import { expect } from 'vitest'
import { routes } from '../../web/routes/index.ts'

/** Fails unless the route of a call says that it may answer so, if all was well; the answer can still be read. */
export async function expectDescribed(
  { method, path }: { method: string; path: string },
  answer: Response,
): Promise<void> {
  if (!answer.ok) return
  const address = path.split('?')[0] ?? ''
  const fitting = routes.filter(
    (route) =>
      route.method === method && new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(address),
  )
  const route = fitting.find((one) => one.path === address) ?? fitting[0]
  const described = [route?.answers, route?.otherwise].find((one) => one?.status === answer.status)
  expect(described, `${method} ${address} answers ${answer.status}`).toBeDefined()
  const mediaType = answer.headers.get('content-type')?.split(';')[0] ?? 'none'
  if (mediaType === 'none') expect(await answer.clone().text()).toBe('')
  else expect(Object.keys(described?.content ?? {}), `${method} ${address}`).toContain(mediaType)
  if (mediaType !== 'application/json') return
  const body: unknown = await answer.clone().json()
  expect(described?.content[mediaType]?.parse(body), `${method} ${address}`).toEqual(body)
}
