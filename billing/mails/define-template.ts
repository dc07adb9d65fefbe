import type { z } from 'zod'
import type { Letter, Sending } from './letter.ts'

/** A template: the shape of its content, and what it makes of it. */
export interface Template<Content = unknown> {
  readonly content: z.ZodType<Content>
  /** Whether the mail has a link that puts things right, given what it tells. */
  hasFixLink(content: unknown): boolean
  /** Throws when the content has another shape. */
  write(content: unknown, sending: Sending): Letter
}

export function defineTemplate<Content>(template: {
  readonly content: z.ZodType<Content>
  readonly hasFixLink: boolean | ((content: Content) => boolean)
  readonly write: (content: Content, sending: Sending) => Letter
}): Template<Content> {
  const { content, hasFixLink, write } = template
  return {
    content,
    hasFixLink: (raw) => (typeof hasFixLink === 'boolean' ? hasFixLink : hasFixLink(content.parse(raw))),
    write: (raw, sending) => write(content.parse(raw), sending),
  }
}
