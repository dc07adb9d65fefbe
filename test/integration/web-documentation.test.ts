import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { routes } from '../../web/routes/index.ts'
import { type Json, setupWeb } from '../support/web.ts'

test('the OpenAPI document is one, by a validator that is not ours', async () => {
  const { get } = await setupWeb()
  const checked = await new Validator().validate(await get('/v1/openapi.json'))
  expect(checked).toEqual({ valid: true })
})

test('every operation has an id of its own, a tag, a summary, and the problems of its kind', async () => {
  const { get } = await setupWeb()
  const { paths, tags } = await get('/v1/openapi.json')
  const operations: Json[] = Object.values<Json>(paths).flatMap((address) => Object.values(address))
  expect(operations).toHaveLength(routes.length)
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length)
  const known = new Set(tags.map(({ name }: Json) => name))
  for (const { operationId, summary, tags: own, responses } of operations) {
    expect(summary, operationId).toMatch(/^[A-Z].{5,}/)
    expect(known.has(own[0]), operationId).toBe(true)
    expect(Object.keys(responses), operationId).toEqual(
      expect.arrayContaining(['400', '500', '503', 'default']),
    )
  }
  const restore = paths['/v1/accounts/{account}/numbers/{number}/restore'].post
  expect(typesOf(restore.responses['409'])).toContain('/problems/request-in-progress')
  expect(restore.parameters).toContainEqual(
    expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: true }),
  )
})

const typesOf = (response: Json) =>
  response.content['application/problem+json'].schema.allOf[1].properties.type.enum

test('the page of the document is served by us alone, without a script inside it', async () => {
  const { web } = await setupWeb()
  const page = await fetch(`${web.url}/v1/docs`)
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toContain('unsafe')
  const text = await page.text()
  expect(text).not.toMatch(/<script(?![^>]* src=)/)
  const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address)
  expect(parts).toHaveLength(3)
  for (const part of parts) {
    const answer = await fetch(web.url + part)
    expect([answer.status, answer.headers.get('content-type')], part).toEqual([
      200,
      expect.stringMatching(part.endsWith('.js') ? /javascript/ : /css/),
    ])
    await answer.body?.cancel()
  }
  expect((await fetch(`${web.url}/v1/docs/index.js`)).status).toBe(404)
})
