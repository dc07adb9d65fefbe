import {
  convertCssVariables,
  DEFAULT_THEME,
  deepMerge,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core'
import type { Plugin } from 'vite'
import { cssVariablesResolver, theme } from '../theme.ts'

const NAME = 'virtual:theme.css'

/** Writes the theme as a stylesheet at build time: the page's Content-Security-Policy allows no inline style. */
export function themeStylesheet(): Plugin {
  return {
    name: 'theme-stylesheet',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? stylesheet() : undefined),
  }
}

function stylesheet(): string {
  const whole = mergeMantineTheme(DEFAULT_THEME, theme)
  const variables = deepMerge(defaultCssVariablesResolver(whole), cssVariablesResolver(whole))
  return convertCssVariables(variables, ':root')
}
