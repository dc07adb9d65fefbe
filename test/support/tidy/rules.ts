import { fileNames, namedSubjects, ownWords, shortFiles } from './file-rules.ts'
import {
  browserPackages,
  folderImports,
  frozenMigrations,
  packageOwners,
  pureBilling,
} from './import-rules.ts'
import { declaredPackages, exactPins, procfileScripts, scriptFiles, usedPackages } from './manifest-rules.ts'
import { noOrphans } from './orphan-rules.ts'
import type { Rule } from './project.ts'
import { bannedUses } from './use-rules.ts'

/** How the code is laid out (CONTRIBUTING.md), rule by rule. */
export const RULES: Readonly<Record<string, Rule>> = {
  'folders import only what lies below them': folderImports,
  'packages are imported by their owners alone': packageOwners,
  'the page imports packages for browsers alone': browserPackages,
  'billing imports no module that reaches outside': pureBilling,
  'migrations import nothing of ours': frozenMigrations,
  'every file is in use': noOrphans,
  'the environment, the clock, ids and I/O stay in their places, and no test is left out': bannedUses,
  'files are of one subject': shortFiles,
  'file names are in kebab-case': fileNames,
  'file names name a subject': namedSubjects,
  'no file knows the machine it was written on': ownWords,
  'dependencies are pinned': exactPins,
  'imported packages are declared': declaredPackages,
  'declared packages are used': usedPackages,
  'scripts of package.json run files that exist': scriptFiles,
  'the Procfile runs scripts that exist': procfileScripts,
}
