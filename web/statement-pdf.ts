import PDFDocument from 'pdfkit'
import { formatUsd, type Micros } from '../billing/money.ts'
import type { MadeStatement } from '../db/monthly-statements-made.ts'
import { itemName } from './describe-entry.ts'

type Pdf = InstanceType<typeof PDFDocument>

const MARGIN = 56
const FONT = 'Helvetica'
const BOLD = 'Helvetica-Bold'
const MONO = 'Courier'
const COUNT_COLUMN = { x: 300, width: 80 }
const AMOUNT_COLUMN = { x: 400, width: 139 }
const ROW_HEIGHT = 20

/**
 * A statement as a PDF for people: one A4 document with the balances, the total of each item and the hash. The same
 * statement is the same bytes whenever it is made. The document is a stream that has ended.
 */
export function statementPdf(statement: MadeStatement): Pdf {
  const { account, month, madeAt } = statement
  const pdf = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    info: { Title: `Statement ${month.month} of ${account}`, Producer: 'Ringledger', CreationDate: madeAt },
  })
  writeHead(pdf, statement)
  writeTotals(pdf, statement)
  writeProof(pdf, statement)
  numberPages(pdf)
  pdf.end()
  return pdf
}

function writeHead(pdf: Pdf, { account, month }: MadeStatement): void {
  pdf.font(BOLD).fontSize(20).text(`Statement for ${month.month}`)
  pdf.moveDown(0.5).font(FONT).fontSize(10)
  pdf.text(`Account ${account}`)
  pdf.text(`From ${localTime(month.from, month.timeZone)} to before ${localTime(month.to, month.timeZone)}`)
  pdf.text(`Time zone ${month.timeZone}, amounts in USD, debits with a minus sign`)
  pdf.moveDown(1.5)
}

function writeTotals(pdf: Pdf, { openingBalance, totals, closingBalance }: MadeStatement): void {
  writeRow(pdf.font(BOLD), { name: 'Item', count: 'Entries', amount: 'Amount' })
  writeRule(pdf)
  writeRow(pdf, { name: 'Opening balance', count: '', amount: formatUsd(openingBalance) })
  pdf.font(FONT)
  for (const { item, count, amount } of totals) {
    writeRow(pdf, { name: itemName(item), count: String(count), amount: signed(amount) })
  }
  writeRule(pdf)
  writeRow(pdf.font(BOLD), { name: 'Closing balance', count: '', amount: formatUsd(closingBalance) })
}

function writeRow(pdf: Pdf, { name, count, amount }: { name: string; count: string; amount: string }): void {
  const { y } = pdf
  pdf.fontSize(10).text(name, MARGIN, y, { lineBreak: false })
  pdf.text(count, COUNT_COLUMN.x, y, { width: COUNT_COLUMN.width, align: 'right', lineBreak: false })
  pdf.text(amount, AMOUNT_COLUMN.x, y, { width: AMOUNT_COLUMN.width, align: 'right', lineBreak: false })
  pdf.x = MARGIN
  pdf.y = y + ROW_HEIGHT
}

function writeRule(pdf: Pdf): void {
  const y = pdf.y - 5
  pdf
    .moveTo(MARGIN, y)
    .lineTo(pdf.page.width - MARGIN, y)
    .lineWidth(0.5)
    .stroke()
}

function writeProof(pdf: Pdf, { count, firstSeq, lastSeq, hash, madeAt }: MadeStatement): void {
  const covered = count === 0 ? 'no entries' : `${count} of the account's entries, ${firstSeq} to ${lastSeq}`
  pdf.moveDown(2).font(FONT).fontSize(9).text(`This statement covers ${covered}. Its SHA-256 is`)
  pdf.moveDown(0.3).font(MONO).text(hash)
  pdf.moveDown(0.3).font(FONT).text(`Made at ${madeAt.toISOString()}.`)
}

function numberPages(pdf: Pdf): void {
  const { start, count } = pdf.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page)
    // Below the margin, where text would begin a new page.
    pdf.page.margins.bottom = 0
    const y = pdf.page.height - MARGIN + 12
    pdf.font(FONT).fontSize(8)
    pdf.text(`Page ${page + 1} of ${count}`, MARGIN, y, {
      width: pdf.page.width - 2 * MARGIN,
      align: 'right',
    })
  }
}

function signed(amount: Micros): string {
  return amount > 0n ? `+${formatUsd(amount)}` : formatUsd(amount)
}

function localTime(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long', timeStyle: 'short' }).format(at)
}
