import type { z } from 'zod'
import { digest } from './digest.ts'
import type { RenderedMail, Sending } from './letter.ts'
import { NOTICES } from './notices.ts'
import { subjectLine } from './one-line.ts'
import { renderHtml } from './render-html.ts'
import { renderText } from './render-text.ts'

/** Every mail there is. */
export const TEMPLATES = { ...NOTICES, digest } as const

export type MailTemplate = keyof typeof TEMPLATES

/** What a template needs to know: plain JSON, money as decimal strings, instants as ISO strings. */
export type MailContent<Name extends MailTemplate> = z.infer<(typeof TEMPLATES)[Name]['content']>

/** False for a template that a newer build has written. */
export function isMailTemplate(name: string): name is MailTemplate {
  return Object.hasOwn(TEMPLATES, name)
}

/**
 * Writes a mail. Whatever its content holds, the subject is one line of at most 150 characters and the HTML shows text as
 * text. Throws when the content does not have the template's shape.
 */
export function renderMail(template: MailTemplate, content: unknown, sending: Sending): RenderedMail {
  const letter = TEMPLATES[template].write(content, sending)
  return {
    subject: subjectLine(letter.subject),
    text: renderText(letter, sending),
    html: renderHtml(letter, sending),
  }
}
