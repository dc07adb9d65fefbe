import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { readPageShell } from '../../web/page-files.ts'
import type { PageSetup } from '../../web/page-setup.ts'
import { startWeb } from '../../web/start-web.ts'
import { makeScratchFolder } from '../support/scratch-folder.ts'
import { setupWeb } from '../support/web.ts'

const PAGE: Omit<PageSetup, 'folder'> = {
  tokenKeys: [],
  publicOrigin: 'https://billing.example.com',
  isSecure: true,
  frameAncestors: [],
}

async function emptyFolder(): Promise<string> {
  const folder = await makeScratchFolder('page')
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }))
  return folder
}

async function builtPage(): Promise<string> {
  const folder = await emptyFolder()
  await mkdir(join(folder, 'assets'))
  const nonce = '<meta property="csp-nonce" nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__"></style>'
  await writeFile(join(folder, 'index.html'), `<!doctype html>${nonce}<div id="root"></div>`)
  await writeFile(join(folder, 'assets', 'page-abc123.js'), 'export {}')
  await writeFile(join(folder, 'assets', 'page-abc123.js.gz'), gzipSync('export {}'))
  return folder
}

/** A server with the page in this folder. */
async function serve(pageFolder: string): Promise<string> {
  const { deps, config } = await setupWeb()
  const web = await startWeb({ ...deps, config: { ...config, port: 0 }, pageFolder })
  onTestFinished(async () => await web.stop(1_000))
  return web.url
}

test('the shell has a nonce of its own each time, in the page and in its policy', async () => {
  const folder = await builtPage()
  const [first, second] = [
    await readPageShell({ ...PAGE, folder }, null),
    await readPageShell({ ...PAGE, folder }, null),
  ]
  const nonceOf = (policy = '') => /'nonce-([\w-]{22})'/.exec(policy)?.[1] ?? 'none'
  expect(first?.html.split(`nonce="${nonceOf(first.policy)}"`)).toHaveLength(3)
  expect(nonceOf(first?.policy)).not.toBe(nonceOf(second?.policy))
})

test.each([
  {
    what: 'our own scripts alone where no card can be handed over',
    browser: null,
    frameAncestors: [],
    has: ["script-src 'self';", "connect-src 'self';", "frame-ancestors 'none'"],
  },
  {
    what: "our own scripts and Stripe's, with the card form in a frame of theirs",
    browser: { publishableKey: 'pk_live_1', origin: 'https://api.stripe.com', isSandbox: false },
    frameAncestors: ['https://crm.example.com'],
    has: [
      "script-src 'self' https://js.stripe.com;",
      "connect-src 'self' https://api.stripe.com;",
      'frame-src https://js.stripe.com https://hooks.stripe.com;',
      'frame-ancestors https://crm.example.com',
    ],
  },
  {
    what: 'the stand-in for Stripe in the sandbox, and no script of it',
    browser: { publishableKey: 'pk_test_1', origin: 'http://127.0.0.1:9', isSandbox: true },
    frameAncestors: [],
    has: ["script-src 'self';", "connect-src 'self' http://127.0.0.1:9;"],
  },
])('the policy of the page allows $what', async ({ browser, frameAncestors, has }) => {
  const shell = await readPageShell({ ...PAGE, frameAncestors, folder: await builtPage() }, browser)
  for (const part of has) expect(`${shell?.policy};`).toContain(part)
  expect(shell?.policy).toMatch(/^default-src 'none'/)
  expect(shell?.policy).not.toContain('unsafe')
})

test('the page is there for anybody, at the addresses of its views too, and its parts are kept by browsers', async () => {
  const url = await serve(await builtPage())
  for (const path of ['/billing/', '/billing/activity']) {
    const answer = await fetch(url + path)
    expect([answer.status, answer.headers.get('cache-control')], path).toEqual([200, 'no-store'])
    expect(await answer.text()).toContain('<div id="root">')
  }
  const part = await fetch(`${url}/billing/assets/page-abc123.js`, {
    headers: { 'accept-encoding': 'gzip' },
  })
  expect(Object.fromEntries(part.headers)).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': expect.stringContaining('application/javascript'),
    'content-encoding': 'gzip',
    vary: expect.stringContaining('accept-encoding'),
  })
  expect(await part.text()).toBe('export {}')
})

test('nothing but the built parts can be had, however they are asked for', async () => {
  const url = await serve(await builtPage())
  for (const path of ['none.js', '..%2Findex.html', '%2e%2e%2findex.html', '.hidden', 'a%2fb', '%00']) {
    const answer = await fetch(`${url}/billing/assets/${path}`)
    expect(answer.status, path).toBe(404)
    expect(await answer.json()).toMatchObject({ type: '/problems/not-found' })
  }
})

test('a page that is not built says how to build it', async () => {
  const url = await serve(await emptyFolder())
  const answer = await fetch(`${url}/billing/`)
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('npm run build')
})
