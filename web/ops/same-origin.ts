import type { FastifyRequest } from 'fastify'

/** Whether a page of ours sent this, by what the browser says itself; a program that says nothing is no browser. */
export function isSameOrigin({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = headers
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === headers.host
}
