import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { z } from 'zod'

/** A key with which the CRM signs the tokens that open the billing page. */
export interface PageTokenKey {
  readonly id: string
  /** A token signed by another algorithm is refused, whatever its head says. */
  readonly algorithm: 'HS256' | 'EdDSA'
  readonly key: KeyObject
}

/** Requests a minute; 0 is no limit. */
export interface RateLimits {
  /** Of one service key. */
  readonly key: number
  /** Of one service key, for usage and holds. */
  readonly stream: number
  /** Of one customer's session. */
  readonly session: number
  /** Of one network address, for requests without a key or session. */
  readonly address: number
}

const HMAC_BYTES_MIN = 32

const pageTokenKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((one) => readKey(one.trim()))
  if (keys.some((key) => key === null)) {
    context.addIssue(
      'must be keys of the form <id>:HS256:<base64 of 32 bytes or more> or <id>:EdDSA:<base64 of an Ed25519 public key ' +
        'in DER>, separated by commas',
    )
    return z.NEVER
  }
  const known = keys.filter((key) => key !== null)
  if (new Set(known.map(({ id }) => id)).size < known.length) {
    context.addIssue('must not have two keys of one id')
    return z.NEVER
  }
  return known
})

/** Null for what is none. */
function readKey(text: string): PageTokenKey | null {
  const [, id, algorithm, base64] = /^([\w.-]{1,64}):(HS256|EdDSA):([\w+/-]+={0,2})$/.exec(text) ?? []
  if (id === undefined || base64 === undefined) return null
  const bytes = Buffer.from(base64, 'base64')
  if (algorithm === 'HS256') {
    return bytes.length < HMAC_BYTES_MIN ? null : { id, algorithm, key: createSecretKey(bytes) }
  }
  const key = readEd25519(bytes)
  return key && { id, algorithm: 'EdDSA', key }
}

function readEd25519(der: Buffer): KeyObject | null {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch {
    return null
  }
}

const ORIGIN = /^https?:\/\/(\*\.)?[a-z0-9.-]+(:\d{1,5})?$/

const frameAncestors = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine((origins) => origins.every((origin) => ORIGIN.test(origin)), {
    message: 'must be origins such as https://crm.example.com or https://*.example.com, separated by commas',
  })

const PRIVATE_NETWORKS = ['loopback', 'linklocal', 'uniquelocal']

const proxies = z
  .string()
  .transform((text) => text.split(',').map((network) => network.trim()))
  .refine((networks) => networks.every(isNetwork), {
    message: `must be addresses or networks such as 10.0.0.0/8, or ${PRIVATE_NETWORKS.join(', ')}, separated by commas`,
  })

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  if (more.length > 0) return false
  const family = isIP(address)
  if (family === 0) return PRIVATE_NETWORKS.includes(text)
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

const perMinute = (max: number) => z.coerce.number().int().min(0).default(max)

/** The billing page, and what keeps strangers and storms away from the web server. */
export const PAGE_VARIABLES = {
  PAGE_TOKEN_KEYS: pageTokenKeys.optional(),
  FRAME_ANCESTORS: frameAncestors.optional(),
  TRUSTED_PROXIES: proxies.optional(),
  RATE_LIMIT_KEY: perMinute(30_000),
  RATE_LIMIT_STREAM: perMinute(1_200_000),
  RATE_LIMIT_SESSION: perMinute(1_200),
  RATE_LIMIT_ADDRESS: perMinute(1_200),
}

export interface PageConfig {
  /** Empty where the billing page cannot be opened. */
  readonly tokenKeys: readonly PageTokenKey[]
  /** Origins of pages that may show the billing page inside them. */
  readonly frameAncestors: readonly string[]
  /** Networks of proxies that are believed for whom they ask. */
  readonly trustedProxies: readonly string[]
  readonly rateLimits: RateLimits
}

const page = z.object(PAGE_VARIABLES)

export function pageConfig(read: z.infer<typeof page>): PageConfig {
  return {
    tokenKeys: read.PAGE_TOKEN_KEYS ?? [],
    frameAncestors: read.FRAME_ANCESTORS ?? [],
    trustedProxies: read.TRUSTED_PROXIES ?? [],
    rateLimits: {
      key: read.RATE_LIMIT_KEY,
      stream: read.RATE_LIMIT_STREAM,
      session: read.RATE_LIMIT_SESSION,
      address: read.RATE_LIMIT_ADDRESS,
    },
  }
}
