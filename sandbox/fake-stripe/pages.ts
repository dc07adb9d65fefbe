import type { Reply } from './answer-request.ts'
import { parseForm } from './form.ts'
import { type HomeParts, homePage } from './pages-home.ts'
import { framed } from './pages-html.ts'
import { STORY_FORMS, type StoryParts } from './pages-stories.ts'

/** A request of a person's browser. */
export interface PageRequest {
  readonly method: string
  readonly path: string
  /** The body of a POST. */
  readonly params: string
  readonly host: string | undefined
  readonly origin: string | undefined
}

/** The page for people at `/`, and the stories that its forms tell. Null for a request of the API. */
export async function answerPage(parts: HomeParts & StoryParts, request: PageRequest): Promise<Reply | null> {
  const story = request.path.startsWith('/stories/') ? request.path.slice('/stories/'.length) : null
  if (request.path !== '/' && story === null) return null
  if (isOfAnotherSite(request)) return page(403, 'Not from here', 'This page takes orders from itself alone.')
  if (story === null && request.method === 'GET') return reply(200, homePage(parts))
  if (story === null || request.method !== 'POST') return page(405, 'Not this way', 'The page is at /.')
  return await tell(parts, story, request.params)
}

/** A page of the web can send a form to this machine, or have its name point here: neither may order anything. */
function isOfAnotherSite({ host, origin }: PageRequest): boolean {
  const isLocal = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '')
  return !isLocal || (origin !== undefined && origin !== `http://${host}`)
}

async function tell(parts: StoryParts, name: string, params: string): Promise<Reply> {
  const story = STORY_FORMS.get(name)
  if (!story) return page(404, 'No such story', `There is no story named ${name}.`)
  try {
    await story(parts, parseForm(params))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return page(409, 'That cannot happen', error.message)
  }
  return { status: 303, headers: { location: '/' }, body: '' }
}

function page(status: number, title: string, text: string): Reply {
  return reply(status, framed(title, text))
}

/** Whatever the stand-in was told, nothing on its page runs or loads. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"

function reply(status: number, body: string): Reply {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  return { status, headers, body }
}
