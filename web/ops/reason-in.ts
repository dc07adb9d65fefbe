import type { OpsCall } from './ops-page.ts'

/** The reason that a form gives; null where it gives none that can be read later. */
export function reasonIn({ form }: OpsCall): string | null {
  const reason = (form.get('reason') ?? '').trim()
  return /^[^\p{C}]{1,500}$/u.test(reason) ? reason : null
}
