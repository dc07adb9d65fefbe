import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  claimRequest,
  giveUpRequest,
  type KeptAnswer,
  keepAnswer,
  type RepeatableRequest,
} from '../db/repeatable-requests.ts'
import { PROBLEM_MEDIA_TYPE, Problem } from './problem.ts'
import { idempotencyKeyIn } from './request-headers.ts'
import { requireAccount } from './require-account.ts'
import type { WebContext } from './route.ts'

const RETRY_AFTER_SECONDS = 1
const BODY_DEPTH_MAX = 32
const KEPT_HEADERS = ['location', 'etag']

/**
 * Does what a request asks for once, however often it is sent under its Idempotency-Key, and repeats the answer. An answer
 * that says to try again later is not kept. Without a key it is done each time, where it needs none.
 */
export async function answerOnce(
  { db, clock }: Pick<WebContext, 'db' | 'clock'>,
  { request, reply, needsKey }: { request: FastifyRequest; reply: FastifyReply; needsKey: boolean },
  answer: () => Promise<unknown>,
): Promise<unknown> {
  const account = await requireAccount(db, request)
  if (!needsKey && request.headers['idempotency-key'] === undefined) return await answer()
  const asked = repeatableRequest(account, request)
  const claim = await claimRequest(db, asked, clock.now())
  if (claim.kind === 'answered') return repeat(claim.answer, request, reply)
  if (claim.kind !== 'ours') throw problemOf(claim.kind)
  try {
    const body = await answer()
    await keepAnswer(db, asked, keptAnswer(reply, body))
    return body
  } catch (error) {
    if (error instanceof Problem && isDefinite(error)) await keepAnswer(db, asked, keptProblem(error))
    else await giveUpRequest(db, asked)
    throw error
  }
}

function repeatableRequest(account: string, request: FastifyRequest): RepeatableRequest {
  if (isDeeperThan(BODY_DEPTH_MAX, request.body)) {
    throw new Problem('malformed-body', { detail: `the body is nested deeper than ${BODY_DEPTH_MAX} levels` })
  }
  const content = JSON.stringify([request.method, request.url, request.body ?? null])
  return {
    account,
    key: idempotencyKeyIn(request),
    sha256: createHash('sha256').update(content).digest(),
  }
}

/** What is nested without end cannot be written out again. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part))
}

/** Whether the same request cannot end otherwise when it is sent again as it is. */
function isDefinite({ status }: Problem): boolean {
  return status < 500 && status !== 429
}

function keptAnswer(reply: FastifyReply, body: unknown): KeptAnswer {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = reply.getHeader(name)
    return value === undefined ? [] : [[name, String(value)]]
  })
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(headers),
    body: body === undefined ? '' : JSON.stringify(body),
  }
}

function keptProblem({ status, headers, body }: Problem): KeptAnswer {
  return { status, headers: { ...headers, 'content-type': PROBLEM_MEDIA_TYPE }, body: JSON.stringify(body) }
}

function repeat(
  { status, headers, body }: KeptAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const isProblem = headers['content-type'] === PROBLEM_MEDIA_TYPE
  const text = isProblem ? JSON.stringify({ ...JSON.parse(body), requestId: request.id }) : body
  if (text !== '' && !isProblem) reply.type('application/json; charset=utf-8')
  return reply
    .code(status)
    .headers({ ...headers, 'idempotency-replayed': 'true' })
    .send(text === '' ? undefined : text)
}

function problemOf(kind: 'in_progress' | 'other_request'): Problem {
  if (kind === 'other_request') {
    return new Problem('idempotency-key-reused', {
      detail: 'nothing was done: this Idempotency-Key stands for another request',
    })
  }
  return new Problem('request-in-progress', {
    detail: 'the same request is being worked on: send it again for its answer',
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  })
}
