import {
  IconArrowsExchange,
  IconChartPie,
  IconCreditCard,
  IconHash,
  IconHome,
  IconReceipt2,
} from '@tabler/icons-react'
import { lazy } from 'react'
import { Overview } from '../overview/overview.tsx'

/** The views in the order of the navigation; all but the first are fetched when they are opened. */
export const VIEWS = [
  { path: '/', name: 'Overview', icon: IconHome, view: Overview },
  {
    path: '/payments',
    name: 'Payments',
    icon: IconCreditCard,
    view: lazy(async () => ({ default: (await import('../payments/payments.tsx')).Payments })),
  },
  {
    path: '/activity',
    name: 'Activity',
    icon: IconArrowsExchange,
    view: lazy(async () => ({ default: (await import('../activity/activity.tsx')).Activity })),
  },
  {
    path: '/spending',
    name: 'Spending',
    icon: IconChartPie,
    view: lazy(async () => ({ default: (await import('../spending/spending.tsx')).Spending })),
  },
  {
    path: '/rates',
    name: 'Rates',
    icon: IconReceipt2,
    view: lazy(async () => ({ default: (await import('../rates/rates.tsx')).Rates })),
  },
  {
    path: '/numbers',
    name: 'Numbers',
    icon: IconHash,
    view: lazy(async () => ({ default: (await import('../numbers/numbers.tsx')).Numbers })),
  },
] as const
