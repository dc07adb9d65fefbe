import { z } from 'zod'
import { defineTemplate } from './define-template.ts'
import { isNoticeTemplate, NOTICES } from './notices.ts'

const notice = z
  .object({
    template: z
      .string()
      .refine(isNoticeTemplate, { message: 'must be the template of a notice', abort: true }),
    content: z.unknown(),
  })
  .refine(({ template, content }) => NOTICES[template].content.safeParse(content).success, {
    message: 'must fit the template',
    path: ['content'],
  })

/** Several notices that could not be sent in time, in one mail, oldest first. */
export const digest = defineTemplate({
  content: z.object({ notices: z.array(notice).min(1) }),
  hasFixLink: ({ notices }) => notices.some(({ template, content }) => NOTICES[template].hasFixLink(content)),

  write: ({ notices }, sending) => {
    const letters = notices.map(({ template, content }) => NOTICES[template].write(content, sending))
    return {
      subject: `${letters.length} notices about your credit`,
      sections: letters.flatMap(({ sections }) => sections),
      // The newest: what it puts right is what is wrong now.
      button: letters.findLast(({ button }) => button !== null)?.button ?? null,
    }
  },
})
