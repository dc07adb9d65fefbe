import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { Queue } from 'bullmq'
import { type FastifyInstance, fastify } from 'fastify'
import type { QueueName } from '../jobs/define-job.ts'
import type { WatchedQueue } from '../jobs/failed-jobs.ts'
import { maskNumbers } from './ops/mask-numbers.ts'
import { noteAction } from './ops/note-action.ts'
import { isSameOrigin } from './ops/same-origin.ts'
import { showPayload } from './ops/show-payload.ts'
import { Problem } from './problem.ts'
import type { WebContext } from './route.ts'

const PATH = '/ops/queues'

/**
 * Where an admin may retry, remove and pause on the board: nothing of it moves money, and each job decides by its row. The
 * server refuses everything else for the other queues; their jobs are retried from the operators' page.
 */
const WRITABLE: ReadonlySet<QueueName> = new Set<QueueName>(['mail', 'webhook'])

/** The board loads its own files, and sets styles by script. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"

/** The policy refuses them; asked for all the same, they would be an error on each page. */
const FONTS_OF_OTHERS = /<link href="https:[^>]*>/g

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/**
 * Serves Bull Board below `/ops/queues`. `app` lets nobody through but operators. The board is a server of its own behind
 * it, with its own parsers, errors and policy, so that none of them meets ours.
 */
export function mountBullBoard(app: FastifyInstance, context: WebContext): void {
  const board = boardServer(context.ops.queues.all)
  app.addHook('onClose', async () => await board.close())
  app.register((own, _options, done) => {
    own.addHook('onRequest', async (request, reply) => {
      if (!SAFE_METHODS.has(request.method)) {
        const session = request.operatorSession
        if (!isSameOrigin(request)) throw new Problem('csrf', { detail: 'this does not come from the board' })
        if (session?.operator.role !== 'admin')
          throw new Problem('not-allowed', { detail: 'this operator may look, not act' })
        await noteAction(
          context,
          { session },
          { action: `board ${request.method}`, subject: pathOf(request.url) },
        )
      }
      await board.ready()
      reply.hijack()
      board.routing(request.raw, reply.raw)
    })
    for (const url of ['/queues', '/queues/*']) own.all(url, () => undefined)
    done()
  })
}

function boardServer(queues: readonly WatchedQueue[]): FastifyInstance {
  const board = fastify()
  board.addHook('onRequest', (_request, reply, done) => {
    reply.headers({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    done()
  })
  board.addHook('onSend', (_request, reply, payload, done) => {
    const isPage =
      typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')
    done(null, isPage ? payload.replace(FONTS_OF_OTHERS, '') : payload)
  })
  const serverAdapter = new FastifyAdapter()
  serverAdapter.setBasePath(PATH)
  createBullBoard({
    queues: queues.map(adapterOf),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Ringledger queues' } },
  })
  board.register(serverAdapter.registerPlugin(), { prefix: PATH })
  return board
}

function adapterOf({ kind, queue }: WatchedQueue): BullMQAdapter {
  // The adapter knows both back ends and names the type of one.
  const adapter = new MaskingAdapter(queue as Queue, { readOnlyMode: !WRITABLE.has(kind) })
  adapter.setFormatter('data', showPayload)
  adapter.setFormatter('returnValue', () => null)
  return adapter
}

/** Reasons of failures have no formatter of their own, and may quote what a job was given. */
class MaskingAdapter extends BullMQAdapter {
  override async getJob(id: string) {
    const job = await super.getJob(id)
    return job && maskFailure(job)
  }

  override async getJobs(...args: Parameters<BullMQAdapter['getJobs']>) {
    return (await super.getJobs(...args)).map(maskFailure)
  }
}

type Masked = NonNullable<Awaited<ReturnType<BullMQAdapter['getJob']>>>

/** A job is read for one answer and shared with nobody. */
function maskFailure<J extends Masked>(job: J): J {
  if (job.failedReason) job.failedReason = maskNumbers(job.failedReason)
  if (job.stacktrace) job.stacktrace = job.stacktrace.map((trace) => maskNumbers(String(trace ?? '')))
  return job
}

function pathOf(url: string): string {
  return new URL(url, 'http://ops').pathname.slice(PATH.length) || '/'
}
