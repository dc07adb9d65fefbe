import { commandFiles, isTestCode, PAGE, type Project, type Rule, relativeImports } from './project.ts'

/** Product code must be in use by the commands of package.json, test code by some test or tool. */
export const noOrphans: Rule = (project) => {
  const product = reachableFrom(project, [
    ...commandFiles(project).filter((path) => !isTestCode(path)),
    ...pageRoots(project),
  ])
  const roots = project.sources.map(({ path }) => path).filter((path) => /\.(test|config)\.ts$/.test(path))
  const everything = reachableFrom(project, [
    ...roots,
    ...commandFiles(project),
    ...filesNamedByConfigs(project),
  ])
  return project.sources.flatMap(({ path }) => {
    if (isTestCode(path)) return everything.has(path) ? [] : [`${path}: no test imports it: delete it`]
    if (product.has(path)) return []
    return /^scripts\/[^/]+\.ts$/.test(path)
      ? [`${path}: no script of package.json runs it: add one or delete it`]
      : [`${path}: no command of package.json reaches it: import it where it is used or delete it`]
  })
}

/** What builds the page, and the scripts that it begins with. */
function pageRoots({ files }: Project): string[] {
  const index = files.get(`${PAGE}/index.html`) ?? ''
  const scripts = [...index.matchAll(/src="(\/[\w./-]+\.tsx?)"/g)]
  return [`${PAGE}/vite.config.ts`, ...scripts.map(([, path]) => PAGE + path)]
}

/** Configurations name files that tools load. */
function filesNamedByConfigs({ files }: Project): string[] {
  const configs = Array.from(files).filter(([path]) => path.endsWith('.config.ts'))
  return configs.flatMap(([, text]) => text.match(/[\w./-]+\.ts\b/g) ?? [])
}

function reachableFrom({ sources }: Project, roots: readonly string[]): Set<string> {
  const bySource = new Map(sources.map((source) => [source.path, source]))
  const reached = new Set<string>()
  const waiting = [...roots]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const source = bySource.get(path)
    if (!source || reached.has(path)) continue
    reached.add(path)
    waiting.push(...relativeImports(source).map(({ target }) => target))
  }
  return reached
}
