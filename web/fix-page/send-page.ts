import type { FastifyReply } from 'fastify'
import { type Html, html } from '../html.ts'
import type { BrowserSetup } from '../stripe-setup.ts'

export interface Page {
  readonly status: number
  readonly title: string
  readonly content: Html
  /** What the page's script speaks to; null where it has none. */
  readonly browser: BrowserSetup | null
}

const STRIPE_JS = 'https://js.stripe.com'

/** Sends a page that may load our own script and style, and Stripe's where cards are entered: nothing else. */
export function sendPage(
  reply: FastifyReply,
  { status, title, content, browser }: Page,
  frameAncestors = "frame-ancestors 'none'",
): FastifyReply {
  const stripeScript = browser && !browser.isSandbox ? html`<script src="${STRIPE_JS}/v3/"></script>` : null
  const script = browser ? html`<script type="module" src="/fix/page.js"></script>` : null
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="/fix/page.css">
${stripeScript}${script}
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
  return reply
    .code(status)
    .header('content-security-policy', policyOf(browser, frameAncestors))
    .type('text/html; charset=utf-8')
    .send(page.html)
}

function policyOf(browser: BrowserSetup | null, frameAncestors: string): string {
  const fixed = `default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; ${frameAncestors}`
  if (!browser) return fixed
  if (browser.isSandbox) return `${fixed}; script-src 'self'; connect-src ${browser.origin}`
  return (
    `${fixed}; script-src 'self' ${STRIPE_JS}; connect-src ${browser.origin}; ` +
    `frame-src ${STRIPE_JS} https://hooks.stripe.com`
  )
}
