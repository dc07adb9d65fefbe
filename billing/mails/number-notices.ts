import { defineNumberNotice } from './number-notice.ts'

/** A renewal is near that the credit does not cover. */
export const renewalUncovered = defineNumberNotice({
  title: ({ number }) => `Your credit does not cover the renewal of ${number}`,
  paragraphs: ({ due }) => [
    `The number renews${due === null ? ' soon' : ` on ${due}`}, and your credit does not cover it.`,
    'If it is not paid then, the number goes on working for some days before it is suspended.',
  ],
})

/** A renewal has begun and is not paid; the number works on for some days. */
export const numberInGrace = defineNumberNotice({
  title: ({ number }) => `The renewal of ${number} is not paid`,
  paragraphs: ({ due, step }) => [
    due === null ? 'The renewal of the number is not paid.' : `The number renewed on ${due} and is not paid.`,
    step === null
      ? 'It works on for now.'
      : `It works on until ${step}. Then it is suspended unless it is paid.`,
  ],
})

/** The number is about to be suspended. */
export const numberSuspension = defineNumberNotice({
  title: ({ number }) => `Your number ${number} is about to be suspended`,
  paragraphs: ({ step }) => [
    `Its renewal is not paid. ${step === null ? 'Soon' : `On ${step}`} the number stops working: no calls and no texts.`,
    'Paying brings it back at once.',
  ],
})

/** The number is about to be given back. */
export const numberRelease = defineNumberNotice({
  title: ({ number }) => `You are about to lose your number ${number}`,
  paragraphs: ({ step }) => [
    `The number is suspended because its renewal is not paid. ${step === null ? 'Soon' : `On ${step}`} it is given back, and somebody else may get it.`,
    'Until then, paying brings it back at once.',
  ],
})
