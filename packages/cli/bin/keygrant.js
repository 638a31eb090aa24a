#!/usr/bin/env node
// The command: checks the version of Node before anything that an old one could not read.

const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `error: keygrant needs Node 20.19 or later; this is Node ${process.versions.node}\n` +
      'hint: install a supported version from https://nodejs.org, then run the command again\n',
  )
  process.exitCode = 6
} else {
  await keepCompiledCode()
  const { main } = await import((await isBundled()) ? '../bundle/main.js' : '../dist/main.js')
  await main(process.argv.slice(2))
}

/** Newer versions of Node keep what they compiled for the next call: in a folder of this user, as others could change it. */
async function keepCompiledCode() {
  if (major < 22) return
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env
  const base = cache?.startsWith('/') ? cache : home?.startsWith('/') ? `${home}/.cache` : undefined
  if (base === undefined) return
  const { enableCompileCache } = await import('node:module')
  enableCompileCache?.(`${base}/keygrant/code`)
}

/** The bundle starts faster. Where the package is being developed, it counts while it is newer than what was compiled. */
async function isBundled() {
  const { statSync } = await import('node:fs')
  const time = (path) =>
    statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs
  const bundled = time('../bundle/main.js')
  if (bundled === undefined) return false
  const compiled = ['../', '../../core/', '../../server/'].map(
    (folder) => time(`${folder}tsconfig.tsbuildinfo`) ?? 0,
  )
  return compiled.every((at) => at < bundled)
}
