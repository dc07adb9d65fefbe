import { z } from 'zod'
import { defineTemplate, type Template } from './define-template.ts'
import { dollars, instant, money, time } from './wording.ts'

/** What every notice about a number tells. */
const content = z.object({
  number: z.string(),
  /** One month of it; null where no rate covers it. */
  price: money.nullable(),
  balance: money,
  /** When the month begins that is, or will be, unpaid. */
  dueAt: instant.nullable(),
  /** When the next step is taken, unless it is paid before. */
  stepAt: instant.nullable(),
})

/** Reads the content of any notice about a number. */
export const numberNoticeContent = content

/** Instants as the customer reads them; null where there is none to tell. */
interface Told {
  readonly number: string
  readonly due: string | null
  readonly step: string | null
}

/** A notice about a number: what happens, when, its price, the credit, and the way to pay. */
export function defineNumberNotice(words: {
  readonly title: (told: Told) => string
  readonly paragraphs: (told: Told) => readonly string[]
}): Template<z.infer<typeof content>> {
  return defineTemplate({
    content,
    hasFixLink: true,

    write: ({ number, price, balance, dueAt, stepAt }, { timeZone, fixUrl }) => {
      const told = {
        number,
        due: dueAt && time(dueAt, timeZone),
        step: stepAt && time(stepAt, timeZone),
      }
      const title = words.title(told)
      return {
        subject: title,
        sections: [
          {
            heading: title,
            paragraphs: [...words.paragraphs(told), HOW_TO_PAY],
            facts: [
              { label: 'Number', value: number },
              ...(price === null ? [] : [{ label: 'Price of a month', value: dollars(price) }]),
              { label: 'Credit', value: dollars(balance) },
            ],
          },
        ],
        button: fixUrl === null ? null : { label: 'Fix the payment', url: fixUrl },
      }
    },
  })
}

const HOW_TO_PAY =
  'To keep the number, add credit: choose Pay now on your billing page, or put your card right by the link below.'
