import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { defineRoute, type Route } from '../route.ts'

/** The script and the style of the page behind the links in mails: a strict policy allows none inside the page. */
export const fixPageScript = fileRoute('/fix/page.js', 'browser.js', 'text/javascript')
export const fixPageStyle = fileRoute('/fix/page.css', 'page.css', 'text/css')

function fileRoute(path: string, file: string, mediaType: string): Route {
  const content = readFileSync(new URL(`../fix-page/${file}`, import.meta.url), 'utf8')
  return defineRoute({
    method: 'GET',
    path,
    scope: null,
    summary: 'A part of the page behind the links in mails',
    query: z.looseObject({}),
    answers: { status: 200, content: { [mediaType]: z.string() } },
    handle: ({ reply }) => {
      reply.type(`${mediaType}; charset=utf-8`)
      return Promise.resolve(content)
    },
  })
}
