/**
 * Runs command lines one after the other in one process, which the test of hostile input forks: hundreds of them would take
 * minutes as processes. Each is told as a message, and its end is told back.
 */

const { main } = await import(process.argv[2])
const LONGEST_MS = 20_000

let written = { stdout: '', stderr: '' }
for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, encoding, done) => {
    written[name] += Buffer.from(chunk).subarray(0, 65_536).toString()
    const callback = typeof encoding === 'function' ? encoding : done
    if (callback !== undefined) process.nextTick(callback)
    return true
  }
}
let crash
process.on('uncaughtException', (error) => (crash ??= error))
process.on('unhandledRejection', (error) => (crash ??= error))
process.exit = (code) => {
  throw new Error(`process.exit(${code}) in the middle`)
}

process.on('message', (argv) => {
  void run(argv).then((result) => process.send(result))
})
process.send('ready')

async function run(argv) {
  written = { stdout: '', stderr: '' }
  crash = undefined
  process.exitCode = undefined
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(true), LONGEST_MS)
  })
  let isLate = false
  try {
    isLate = (await Promise.race([main(argv), late])) === true
  } catch (error) {
    crash ??= error
  }
  clearTimeout(timer)
  // What nobody waits for fails a moment later.
  await new Promise((resolve) => setImmediate(resolve))
  return { ...written, code: process.exitCode ?? 0, isLate, crash: crash?.stack }
}
