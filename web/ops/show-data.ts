import { type Html, html } from '../html.ts'

type Cell = string | Html | null

/** A table with a caption; a sentence where it has no rows. */
export function dataTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): Html {
  if (rows.length === 0) return html`<p><strong>${caption}</strong>: none</p>`
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`
}

/** Names with what they are; what is null is left out. */
export function factList(facts: Readonly<Record<string, Cell>>): Html {
  const present = Object.entries(facts).filter(([, fact]) => fact !== null)
  return html`<dl>${present.map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>\n`)}</dl>`
}

/** What the button below is going to do, sentence by sentence. */
export function plan(sentences: readonly string[]): Html {
  return html`<div class="plan"><p>What this would do, as things stand now:</p>
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>`
}

export function evidence(value: unknown): Html {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`
}

export function link(path: string, text: string): Html {
  return html`<a href="${path}">${text}</a>`
}

/** An address below `/ops` of parts that may hold any character. */
export function pathOf(...parts: readonly string[]): string {
  return ['/ops', ...parts.map(encodeURIComponent)].join('/')
}

/** `2026-03-02 12:00:00Z` */
export function when(instant: Date | null): string | null {
  return instant && `${instant.toISOString().slice(0, 19).replace('T', ' ')}Z`
}
