import type { Button, Fact, Letter, Section, Sending } from './letter.ts'
import { oneLine, subjectLine } from './one-line.ts'
import { FIX_LINK_TERMS, footer } from './render-text.ts'

/**
 * A letter as HTML: one column that fits a phone, styles on the elements since mail programs drop others, and each text
 * colour beside its background, so that a dark mode that changes one changes both.
 */
export function renderHtml(letter: Letter, sending: Sending): string {
  const { sections, button } = letter
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subjectLine(letter.subject))}</title>
</head>
<body style="margin:0;padding:0;${PAGE}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="${PAGE}">
<tr><td align="center" style="padding:16px 8px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;border-radius:8px;${SHEET}">
<tr><td style="padding:24px 20px;${SHEET}">
${sections.map(sectionHtml).join('\n')}
${button ? buttonHtml(button) : ''}
</td></tr>
</table>
<p style="max-width:560px;margin:16px auto 0;padding:0 12px;font-size:13px;line-height:1.5;${PAGE}">${escapeHtml(footer(sending))}</p>
</td></tr>
</table>
</body>
</html>
`
}

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const PAGE = `background-color:#eef0f3;color:#4a5160;${FONT}`
const SHEET = `background-color:#ffffff;color:#1c2330;${FONT}`
const BUTTON = `background-color:#1a56c4;color:#ffffff;${FONT}`

function sectionHtml({ heading, paragraphs, facts }: Section): string {
  const title = `<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3;${SHEET}">${escapeHtml(oneLine(heading))}</h1>`
  return [title, ...paragraphs.map(paragraphHtml), factsHtml(facts)].join('\n')
}

function paragraphHtml(text: string): string {
  return `<p style="margin:0 0 14px;font-size:16px;line-height:1.5;${SHEET}">${escapeHtml(oneLine(text))}</p>`
}

function factsHtml(facts: readonly Fact[]): string {
  if (facts.length === 0) return ''
  const rows = facts.map(({ label, value }) => {
    const cell = `padding:8px 0;font-size:15px;line-height:1.4;border-top:1px solid #d9dde4;${SHEET}`
    return `<tr><td style="${cell}">${escapeHtml(oneLine(label))}</td><td align="right" style="${cell};font-weight:600;word-break:break-word">${escapeHtml(oneLine(value))}</td></tr>`
  })
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px">
${rows.join('\n')}
</table>`
}

function buttonHtml({ label, url }: Button): string {
  return `<p style="margin:8px 0 12px"><a href="${escapeHtml(url)}" style="display:inline-block;padding:14px 22px;border-radius:6px;font-size:16px;font-weight:600;text-decoration:none;${BUTTON}">${escapeHtml(oneLine(label))}</a></p>
${paragraphHtml(FIX_LINK_TERMS)}`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML shows it, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
