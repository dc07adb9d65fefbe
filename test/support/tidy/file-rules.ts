import { basename } from 'node:path'
import type { Rule } from './project.ts'

const LINES_MAX = 300

export const shortFiles: Rule = ({ files, sources }) =>
  sources.flatMap(({ path }) => {
    const lines = (files.get(path) ?? '').trimEnd().split('\n').length
    return lines > LINES_MAX ? [`${path}: ${lines} lines: find its second subject and give it a file`] : []
  })

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/
/** Names that tools and readers expect just so. */
const EXPECTED = /^(\.[\w.]+|[A-Z]+(\.md)?|Procfile|Dockerfile|run)$/

export const fileNames: Rule = ({ files }) =>
  [...files.keys()]
    .filter((path) => !KEBAB_CASE.test(basename(path)) && !EXPECTED.test(basename(path)))
    .map((path) => `${path}: name it in kebab-case`)

export const namedSubjects: Rule = ({ files }) =>
  [...files.keys()]
    .filter((path) => /^(utils?|helpers?|types|common|misc)\./.test(basename(path)))
    .map((path) => `${path}: name it by its one subject`)

/** Written so that this file does not break its own rule. */
const FOREIGN = /\/w[o]rk\/|\.\.\/share[d]|\/tm[p]\/bash|registry\.npm[j]s/

export const ownWords: Rule = ({ files }) =>
  Array.from(files).flatMap(([path, text]) =>
    text.split('\n').flatMap((words, index) => {
      const found = FOREIGN.exec(words)?.[0]
      return found
        ? [`${path}:${index + 1}: ${found}: the product does not know the machine it was written on`]
        : []
    }),
  )
