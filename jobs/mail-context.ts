import type { JobContext } from './define-job.ts'

/** What sending a mail uses. */
export type MailContext = Pick<JobContext, 'db' | 'log' | 'clock' | 'newId' | 'mailer' | 'publicUrl'>
