import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PageSetup } from './page-setup.ts'
import type { BrowserSetup } from './stripe-setup.ts'

/** What the build writes where the nonce of each answer goes. */
const NONCE_PLACE = '__CSP_NONCE__'
const STRIPE_JS = 'https://js.stripe.com'

/** The billing page without any data, and the policy that goes with it. */
export interface PageShell {
  readonly html: string
  readonly policy: string
}

/** Null where the page is not built. */
export async function readPageShell(
  page: PageSetup,
  browser: BrowserSetup | null,
): Promise<PageShell | null> {
  const built = await readIndex(page.folder)
  if (built === null) return null
  const nonce = randomBytes(16).toString('base64url')
  return { html: built.replaceAll(NONCE_PLACE, nonce), policy: policyOf({ page, browser, nonce }) }
}

async function readIndex(folder: string): Promise<string | null> {
  try {
    return await readFile(join(folder, 'index.html'), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Our own scripts and Stripe's, and no others; the card form lives in Stripe's own frame. */
function policyOf({
  page,
  browser,
  nonce,
}: {
  page: PageSetup
  browser: BrowserSetup | null
  nonce: string
}): string {
  const usesStripe = browser !== null && !browser.isSandbox
  return [
    "default-src 'none'",
    `script-src 'self'${usesStripe ? ` ${STRIPE_JS}` : ''}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${browser ? ` ${browser.origin}` : ''}`,
    ...(usesStripe ? [`frame-src ${STRIPE_JS} https://hooks.stripe.com`] : []),
    "form-action 'self'",
    "base-uri 'none'",
    frameAncestorsPolicy(page),
  ].join('; ')
}

export function frameAncestorsPolicy({ frameAncestors }: PageSetup): string {
  return `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`
}
