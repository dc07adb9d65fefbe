import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { findFixLink } from '../../db/fix-links.ts'
import { BillingError } from '../../jobs/billing-error.ts'
import { rawBodyOf } from '../body-parsers.ts'
import { cannotNow, linkIsOver, noSuchPage, troublePage } from '../fix-page/pages.ts'
import { type Page, sendPage } from '../fix-page/send-page.ts'
import { STEPS } from '../fix-page/steps.ts'
import { readTrouble } from '../fix-page/trouble.ts'
import { partIn } from '../parameters.ts'
import { defineRoute, type WebContext } from '../route.ts'

const TOKEN = /^[\w-]{43}$/
const path = '/fix/:token'
const answers = { status: 200, content: { 'text/html': z.string() } } as const

/** The page behind the link of a mail. Looking at it uses nothing up: mail programs open links before people do. */
export const fixLink = defineRoute({
  method: 'GET',
  path,
  scope: null,
  summary: 'The page behind the one-time link of a mail: what failed, and how to put it right',
  query: z.looseObject({}),
  answers,
  handle: async ({ request, reply }, context) => sendPage(reply, await firstPage(request, context)),
})

async function firstPage(request: FastifyRequest, { db, clock, stripe }: WebContext): Promise<Page> {
  const token = partIn(request, 'token', TOKEN)
  if (token === null) return noSuchPage
  const link = await findFixLink(db, token, clock.now())
  if (!link) return linkIsOver
  return troublePage(await readTrouble(db, link), stripe?.browser ?? null)
}

/** A step of that page. The link is used up when the trouble is over. */
export const useFixLink = defineRoute({
  method: 'POST',
  path,
  scope: null,
  summary: 'A step of that page',
  query: z.looseObject({}),
  rawBody: true,
  answers,
  handle: async ({ request, reply }, context) => await takeStep(request, reply, context),
})

async function takeStep(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
): Promise<FastifyReply> {
  try {
    return sendPage(reply, await nextPage(request, context))
  } catch (error) {
    if (!(error instanceof BillingError)) throw error
    request.log.warn({ err: error }, 'step of the page behind a mail failed')
    return sendPage(reply, cannotNow)
  }
}

async function nextPage(request: FastifyRequest, context: WebContext): Promise<Page> {
  const { db, clock, payments, stripe, waker } = context
  const token = partIn(request, 'token', TOKEN)
  if (token === null) return noSuchPage
  const link = await findFixLink(db, token, clock.now())
  if (!link) return linkIsOver
  const browser = stripe?.browser
  if (!payments || !browser) return cannotNow
  const form = new URLSearchParams(rawBodyOf(request).toString('utf8'))
  const step = STEPS.get(form.get('do') ?? '')
  if (!step) return troublePage(await readTrouble(db, link), browser)
  return await step({ payments, browser, waker, token, link, intent: form.get('intent') ?? '' })
}
