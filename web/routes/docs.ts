import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { partIn } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { defineRoute } from '../route.ts'

const OWN = fileURLToPath(new URL('../docs-page', import.meta.url))
const SWAGGER_UI = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui.css')))
const page = readFileSync(`${OWN}/index.html`, 'utf8')

/** Where each file of the page lies; there are no others. */
const FOLDERS: ReadonlyMap<string, string> = new Map([
  ['start.js', OWN],
  ['swagger-ui.css', SWAGGER_UI],
  ['swagger-ui-bundle.js', SWAGGER_UI],
])

/** Styles are set by script, which needs no exception; the pictures of its style sheet are part of it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'"

/** The OpenAPI document for people, from our own server alone. */
export const docs = defineRoute({
  method: 'GET',
  path: '/v1/docs',
  scope: null,
  summary: 'The OpenAPI document as a page',
  query: z.looseObject({}),
  answers: { status: 200, content: { 'text/html': z.string() } },

  handle: ({ reply }) => {
    reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8')
    return Promise.resolve(page)
  },
})

export const docsFile = defineRoute({
  method: 'GET',
  path: '/v1/docs/:file',
  scope: null,
  rateLimit: 'none',
  summary: 'A part of that page',
  query: z.looseObject({}),
  answers: { status: 200, content: { 'application/javascript': z.string(), 'text/css': z.string() } },

  handle: ({ request, reply }) => {
    const file = partIn(request, 'file', /^[\w.-]+$/) ?? ''
    const folder = FOLDERS.get(file)
    if (folder === undefined) throw new Problem('not-found', { detail: 'the page has no such part' })
    return Promise.resolve(reply.sendFile(file, folder, { maxAge: '1h' }))
  },
})
