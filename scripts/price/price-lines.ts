import { type Line, LineSplitter } from '../../billing/line-splitter.ts'
import { type Price, type PriceCards, priceUsage } from '../../billing/price-usage.ts'

export interface PriceCounts {
  lines: number
  refused: number
}

const LINE_BYTES_MAX = 1_048_576

/** Prices NDJSON chunk by chunk: for each line that has come in one line of JSON, in order. Holds one chunk, however
 *  long the input is. `progress` hears the counts after each chunk. */
export async function* priceLines(
  chunks: AsyncIterable<Uint8Array>,
  { cards, progress }: { cards: PriceCards; progress: (counts: PriceCounts) => void },
): AsyncGenerator<string> {
  const splitter = new LineSplitter({ maxBytes: LINE_BYTES_MAX })
  const counts: PriceCounts = { lines: 0, refused: 0 }
  const priceAll = (lines: Line[]) => {
    const prices = lines.map((line) => priceLine(line, cards))
    counts.lines += prices.length
    counts.refused += prices.filter((price) => 'error' in price).length
    progress(counts)
    return prices.map((price) => `${JSON.stringify(price)}\n`).join('')
  }
  for await (const chunk of chunks) yield priceAll(splitter.push(chunk))
  yield priceAll(splitter.end())
}

function priceLine(line: Line, cards: PriceCards): Price {
  if ('fault' in line) return unreadable(line, line.fault)
  if (line.text.trim() === '') return unreadable(line, 'blank, not a usage record')
  const raw = parseJson(line.text)
  if (raw === undefined) return unreadable(line, 'not valid JSON')
  const price = priceUsage(raw, cards)
  if (!('error' in price)) return price
  return { id: price.id, error: { ...price.error, message: `line ${line.number}: ${price.error.message}` } }
}

function unreadable({ number }: Line, rule: string): Price {
  return { id: null, error: { code: 'invalid_record', message: `line ${number}: ${rule}` } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
