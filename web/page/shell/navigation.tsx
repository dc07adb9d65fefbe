import { Link, useRoute } from 'wouter'
import styles from './navigation.module.css'
import { VIEWS } from './views.ts'

/** Above the page, or at the thumb on a phone. */
export function Navigation() {
  return (
    <nav className={styles['navigation']} aria-label="Billing">
      <ul>
        {VIEWS.map((view) => (
          <li key={view.path}>
            <NavigationLink {...view} />
          </li>
        ))}
      </ul>
    </nav>
  )
}

function NavigationLink({ path, name, icon: Icon }: Pick<(typeof VIEWS)[number], 'path' | 'name' | 'icon'>) {
  const [isHere] = useRoute(path)
  return (
    <Link href={path} className={styles['link']} aria-current={isHere ? 'page' : undefined}>
      <Icon size={20} stroke={1.7} aria-hidden />
      <span>{name}</span>
    </Link>
  )
}
