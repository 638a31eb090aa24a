/**
 * Runs one command as a step: one line with the elapsed seconds, its output kept back unless it
 * fails.
 * @module
 */
import { spawn } from 'node:child_process'

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'

/**
 * @typedef {object} StepResult
 * @property {boolean} ok
 * @property {number} seconds
 * @property {string} output What the command printed, on both streams.
 */

/**
 * Runs a command and shows that it runs: on a terminal with a spinner, elsewhere with one line.
 *
 * @param {string} title What happens, for the line: "installing packages".
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, stream?: NodeJS.WriteStream }} options `stream` is where the line goes. Default: stderr.
 * @returns {Promise<StepResult>}
 */
export async function runStep(title, command, args, { cwd, stream = process.stderr }) {
  const started = performance.now()
  const elapsed = () => (performance.now() - started) / 1000
  /** @type {NodeJS.Timeout | undefined} */
  let spinner
  if (stream.isTTY) {
    let frame = 0
    spinner = setInterval(() => {
      stream.write(`\r${FRAMES[frame++ % FRAMES.length]} ${title} … ${elapsed().toFixed(0)} s`)
    }, 100)
  } else {
    stream.write(`${title} … `)
  }
  const { ok, output } = await capture(command, args, cwd)
  clearInterval(spinner)
  const seconds = elapsed()
  if (stream.isTTY) stream.write(`\r\u001B[K${title} … `)
  stream.write(`${ok ? '' : 'failed after '}${seconds.toFixed(1)} s\n`)
  return { ok, seconds, output }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function capture(command, args, cwd) {
  return new Promise((resolve) => {
    // npm is a batch file on Windows, which only a shell can start.
    const child = spawn(command, args, { cwd, shell: process.platform === 'win32' })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => resolve({ ok: false, output: `${output}${error.message}\n` }))
    child.on('close', (code, signal) => {
      if (signal !== null) output += `${command} was ended by ${signal}\n`
      resolve({ ok: code === 0, output })
    })
  })
}
