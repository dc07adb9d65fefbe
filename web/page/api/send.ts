import { ApiProblem, NoAnswer, type ProblemDocument } from './problem.ts'

const TIMEOUT_MS = 40_000

export interface Outgoing {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a request to our own server. Throws ApiProblem when it said no, NoAnswer when nobody knows. */
export async function send(
  path: string,
  { method = 'GET', body, headers = {} }: Outgoing,
): Promise<Response> {
  const sent: RequestInit = {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }
  const answer = await fetch(path, sent).catch(() => {
    throw new NoAnswer('no answer arrived')
  })
  if (answer.ok) return answer
  const document = await readJson<ProblemDocument | null>(answer).catch(() => null)
  if (!document?.type) throw new NoAnswer(`the answer ${answer.status} came from no server of ours`)
  throw new ApiProblem(answer.status, document)
}

/** The body of an answer of our own server, whose shape the OpenAPI document promises. */
export async function readJson<T>(answer: Response): Promise<T> {
  const body: unknown = await answer.json()
  return body as T
}
