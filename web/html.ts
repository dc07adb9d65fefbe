import { escapeHtml } from '../billing/mails/render-html.ts'

/** HTML that is safe to send as it stands. */
export interface Html {
  readonly html: string
}

type Value = string | Html | null | readonly Html[]

/** A piece of a page. Texts are escaped, for elements and quoted attributes; null is nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = texts.map((text, index) => `${text}${htmlOf(values[index] ?? null)}`)
  return { html: parts.join('') }
}

function htmlOf(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string') return escapeHtml(value)
  return 'html' in value ? value.html : value.map((one) => one.html).join('')
}
