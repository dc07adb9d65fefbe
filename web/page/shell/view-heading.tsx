import { useEffect } from 'react'

/** Names the view for the browser's tab and for whoever does not see which one it is. */
export function ViewHeading({ name }: { name: string }) {
  useEffect(() => {
    document.title = `${name} · Billing`
  }, [name])
  return <h1 className="visually-hidden">{name}</h1>
}
