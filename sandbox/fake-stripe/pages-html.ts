import { type Html, html } from '../../web/html.ts'

/** A whole page, from its title and what stands below it. */
export function framed(title: string, body: Html | string): string {
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${typeof body === 'string' ? html`<p>${body}</p><p><a href="/">Back</a></p>` : body}
</body>
</html>
`.html
  }`
}

const STYLE: Html = {
  html: `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 0 auto; padding: 1rem }
h2 { margin: 2rem 0 .5rem }
article { padding: .75rem 0; border-top: 1px solid #8886 }
article p, article div { margin: .25rem 0 }
small { opacity: .75; overflow-wrap: anywhere }
form { display: inline-flex; flex-wrap: wrap; gap: .375rem; align-items: center; margin-right: .75rem }
button, select, input { font: inherit; min-height: 2.5rem; max-width: 100% }
input { width: 7rem }
mark { padding: .1rem .4rem; border-radius: .25rem; background: #8883; color: inherit }
mark.good { background: #3a84 }
mark.bad { background: #d434 }
`,
}

/** A form that tells one story about one thing. */
export function storyForm(
  story: string,
  { id, label, fields = null }: { id?: string; label: string; fields?: Html | null },
): Html {
  const about = id === undefined ? null : html`<input type="hidden" name="id" value="${id}">`
  return html`<form method="post" action="/stories/${story}">${about}${fields}<button>${label}</button></form>`
}

/** What a form sends without being asked. */
export function choice(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

export function mark(text: string, kind: 'good' | 'bad' | 'plain' = 'plain'): Html {
  return html`<mark class="${kind}">${text}</mark>`
}

export function section(title: string, items: readonly Html[], nothing: string): Html {
  return html`<h2>${title}</h2>${items.length > 0 ? items : html`<p>${nothing}</p>`}`
}

export function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`
}

export function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('T', ' ').replace('.000Z', ' UTC')
}
