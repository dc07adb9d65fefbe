import { z } from 'zod'
import { Problem } from '../problem.ts'
import { checkReadiness } from '../readiness.ts'
import { defineRoute } from '../route.ts'

/** The process is alive; says nothing of what it needs. */
export const health = defineRoute({
  method: 'GET',
  path: '/healthz',
  scope: null,
  rateLimit: 'none',
  summary: 'Whether the process is alive',
  query: z.strictObject({}),
  answers: { status: 200, content: { 'application/json': z.object({ status: z.literal('ok') }) } },

  handle: () => Promise.resolve({ status: 'ok' }),
})

const readySchema = z.object({ status: z.literal('ready'), notes: z.array(z.string()) })

/** Whether this process should get traffic: 503 with what is in its way when it should not. */
export const readiness = defineRoute({
  method: 'GET',
  path: '/readyz',
  scope: null,
  rateLimit: 'none',
  summary: 'Whether the process should get traffic',
  query: z.strictObject({}),
  problems: ['not-ready'],
  answers: { status: 200, content: { 'application/json': readySchema } },

  async handle(_call, context) {
    const { faults, notes } = await checkReadiness(context)
    if (faults.length > 0)
      throw new Problem('not-ready', { detail: faults.join('; '), members: { faults, notes } })
    return { status: 'ready', notes }
  },
})
