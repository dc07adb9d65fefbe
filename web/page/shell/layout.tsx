import { Suspense } from 'react'
import { Redirect, Route, Router, Switch } from 'wouter'
import { useSession } from '../api/session.ts'
import { Loading } from '../parts/loading.tsx'
import { ColorSchemeSwitch } from './color-scheme-switch.tsx'
import styles from './layout.module.css'
import { Navigation } from './navigation.tsx'
import { Notices } from './notices.tsx'
import { ViewHeading } from './view-heading.tsx'
import { VIEWS } from './views.ts'

/** What surrounds every view: whose account it is, the way to the other views, and first of all what went wrong. */
export function Layout() {
  return (
    <Router base="/billing">
      <a className={styles['skip']} href="#view">
        Skip to the content
      </a>
      <Header />
      <main className={styles['main']} id="view" tabIndex={-1}>
        <Notices />
        <Switch>
          {VIEWS.map(({ path, name, view: View }) => (
            <Route key={path} path={path}>
              <ViewHeading name={name} />
              <Suspense fallback={<Loading what={name} lines={8} />}>
                <View />
              </Suspense>
            </Route>
          ))}
          <Route>
            <Redirect to="/" replace />
          </Route>
        </Switch>
      </main>
    </Router>
  )
}

function Header() {
  const { account, name, role } = useSession()
  return (
    <header className={styles['header']}>
      <div className={styles['bar']}>
        <div className={styles['account']}>
          <strong>{account}</strong>
          <span className={styles['person']}>
            {name}
            {role === 'viewer' && ', viewing only'}
          </span>
        </div>
        <Navigation />
        <ColorSchemeSwitch />
      </div>
    </header>
  )
}
