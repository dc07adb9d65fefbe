// First, so that the styles of our own parts come after the library's.
import './styles.ts'

import { createRoot } from 'react-dom/client'
import { BillingPage } from './billing-page.tsx'

const root = document.getElementById('page')
if (!root) throw new Error('index.html has no element to draw the page in')
createRoot(root).render(<BillingPage />)
