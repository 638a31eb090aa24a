/**
 * `keygrant workbench`: the workbench as one file of this package.
 * @module
 */

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { labelled } from '../../columns.ts'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { writeNewFile } from '../../new-file.ts'
import { PAGES } from '../../package-files.ts'
import { quoteInput } from '../../untrusted-text.ts'
import { openInBrowser } from './open-in-browser.ts'

/** Flags of `keygrant workbench`. */
export interface WorkbenchFlags {
  readonly server?: string
  readonly out?: string
  readonly open: boolean
  readonly json?: boolean
}

const FOLDER = join(PAGES, 'offline')
const FILES = ['workbench.html', 'inspector.html'] as const

/** Shows where the page is and what its hash is, and opens it. */
export async function workbench(this: CliContext, flags: WorkbenchFlags): Promise<void> {
  const { output } = this
  if (!FILES.every((name) => existsSync(join(FOLDER, name)))) {
    throw new CommandError(
      ExitCode.environment,
      'the pages are not in this package',
      'install keygrant again; from its source, run npm run build',
    )
  }
  const { server, out } = flags
  const folder =
    server === undefined && out === undefined ? FOLDER : await copy(server, await makeFolder(out))
  const file = join(folder, 'workbench.html')
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  const url = pathToFileURL(file).href
  if (flags.json === true) output.json({ file, url, sha256, ...(server && { server }) })
  else {
    const lines = labelled([
      ['Workbench', url],
      ['SHA-256', sha256],
      ['May talk to', server === undefined ? 'nobody' : new URL(server).origin],
    ])
    for (const line of lines) output.line(line)
  }
  if (flags.open && !(await openInBrowser(url))) {
    output.note('no program here opens it; open the address in a browser')
  }
}

async function makeFolder(out: string | undefined): Promise<string> {
  if (out === undefined) return mkdtemp(join(tmpdir(), 'keygrant-workbench-'))
  const folder = resolve(out)
  try {
    await mkdir(folder)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code !== 'EEXIST') {
      throw new CommandError(
        code === 'ENOENT' ? ExitCode.input : ExitCode.environment,
        `the folder ${quoteInput(out)} can not be made (${code ?? 'unknown reason'})`,
        'name a folder in one that is there',
      )
    }
  }
  return folder
}

/** Copies the pages; the workbench may then talk to a server. */
async function copy(server: string | undefined, folder: string): Promise<string> {
  for (const name of FILES) {
    const page = await readFile(join(FOLDER, name), 'utf8')
    const content =
      server === undefined || name !== 'workbench.html' ? page : allowServer(page, server)
    await writeNewFile(join(folder, name), content, { mode: 0o644, isForced: false })
  }
  return folder
}

const NOBODY = "connect-src 'none'"
const POLICY_END = '">\n'

/** The page with the one server in its policy, and as the server that it begins with. */
function allowServer(page: string, server: string): string {
  const { origin } = new URL(server)
  // URLs allow more in a host, such as quotes and semicolons, and some of that ends a directive.
  if (!/^https?:\/\/[\w.:[\]-]+$/.test(origin)) {
    throw new CommandError(
      ExitCode.usage,
      `${quoteInput(origin)} is no host that a policy can name`,
    )
  }
  const [before = '', after] = page.split(NOBODY, 2)
  const end = after?.indexOf(POLICY_END) ?? -1
  if (after === undefined || end < 0) throw new Error('the page has no policy of its own')
  const named = server.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  const whole = page.slice(before.length + NOBODY.length)
  return [
    before,
    `connect-src ${origin}`,
    whole.slice(0, end + POLICY_END.length),
    `    <meta name="keygrant-server" content="${named}">\n`,
    whole.slice(end + POLICY_END.length),
  ].join('')
}
