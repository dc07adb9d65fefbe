import { ActionIcon, type MantineColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'

const SCHEMES = {
  auto: { label: 'Colours follow the system', icon: IconDeviceDesktop, next: 'light' },
  light: { label: 'Light colours', icon: IconSun, next: 'dark' },
  dark: { label: 'Dark colours', icon: IconMoon, next: 'auto' },
} as const satisfies Record<MantineColorScheme, unknown>

/** Stopping them would take an inline style, which the page's policy does not allow. */
const KEEP_TRANSITIONS = { keepTransitions: true }

/** Goes from the system's colours to light ones, dark ones and back. */
export function ColorSchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme(KEEP_TRANSITIONS)
  const { label, icon: Icon, next } = SCHEMES[colorScheme]
  const title = `${label}; change to: ${SCHEMES[next].label.toLowerCase()}`
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={title}
      title={title}
      onClick={() => setColorScheme(next)}
    >
      <Icon size={20} stroke={1.7} />
    </ActionIcon>
  )
}
