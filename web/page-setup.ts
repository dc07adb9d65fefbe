import { fileURLToPath } from 'node:url'
import type { Config } from '../config/config.ts'
import type { PageTokenKey } from '../config/page-config.ts'

/** How customers come to the billing page. */
export interface PageSetup {
  readonly tokenKeys: readonly PageTokenKey[]
  /** Where customers find this server. */
  readonly publicOrigin: string
  /** Whether they come by https alone. */
  readonly isSecure: boolean
  /** Origins of pages that may show it inside them. */
  readonly frameAncestors: readonly string[]
  /** Where its built files are. */
  readonly folder: string
}

/** Where the build puts it. */
export const BUILT_PAGE = fileURLToPath(new URL('./page/dist', import.meta.url))

export function pageSetup(
  { publicUrl, page }: Pick<Config, 'publicUrl' | 'page'>,
  folder: string,
): PageSetup {
  const { origin, protocol } = new URL(publicUrl)
  return {
    tokenKeys: page.tokenKeys,
    publicOrigin: origin,
    isSecure: protocol === 'https:',
    frameAncestors: page.frameAncestors,
    folder,
  }
}
