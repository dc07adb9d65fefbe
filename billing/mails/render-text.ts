import type { Letter, Section, Sending } from './letter.ts'
import { oneLine } from './one-line.ts'

/** A letter as plain text. */
export function renderText({ sections, button }: Letter, sending: Sending): string {
  const parts = sections.map(sectionText)
  if (button) parts.push(`${oneLine(button.label)}:\n${button.url}\n${FIX_LINK_TERMS}`)
  parts.push(`-- \n${footer(sending)}`)
  return `${parts.join('\n\n')}\n`
}

/** How the link of a letter may be used. */
export const FIX_LINK_TERMS = 'This link is for you alone: it works once, within 7 days.'

/** Why somebody gets this mail. */
export function footer({ account }: Sending): string {
  return `You get this because your address receives the billing notices of account ${oneLine(account)}.`
}

function sectionText({ heading, paragraphs, facts }: Section): string {
  const title = oneLine(heading)
  const lines = facts.map(({ label, value }) => `${oneLine(label)}: ${oneLine(value)}`)
  const parts = [`${title}\n${'='.repeat(Math.min(title.length, 60))}`, ...paragraphs.map(oneLine)]
  if (lines.length > 0) parts.push(lines.join('\n'))
  return parts.join('\n\n')
}
