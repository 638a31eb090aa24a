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
  const { main } = await import('../dist/main.js')
  await main(process.argv.slice(2))
}
