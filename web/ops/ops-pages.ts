import { accountPage, accountsPage } from './account-pages.ts'
import { actionsPage } from './actions-page.ts'
import { closeFindingByHand, findingPage, findingsPage } from './finding-pages.ts'
import { failedJobPage, failedJobsPage, retryJob } from './job-pages.ts'
import type { OpsPage } from './ops-page.ts'
import { overviewPage } from './overview-page.ts'
import { redoRun, runPage, runsPage } from './run-pages.ts'
import { lookAtTopup, topupPage, topupsPage } from './topup-pages.ts'
import { rerate, unratedPage, unratedReasonPage } from './unrated-pages.ts'

/** Every page of the operators but the log-in and Bull Board. */
export const opsPages: readonly OpsPage[] = [
  overviewPage,
  accountsPage,
  accountPage,
  topupsPage,
  topupPage,
  lookAtTopup,
  findingsPage,
  findingPage,
  closeFindingByHand,
  runsPage,
  runPage,
  redoRun,
  unratedPage,
  unratedReasonPage,
  rerate,
  failedJobsPage,
  failedJobPage,
  retryJob,
  actionsPage,
]
