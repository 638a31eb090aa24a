/**
 * What is the same for many commands, explained once: `keygrant help TOPIC`.
 * @module
 */

/** One topic. */
export interface HelpTopic {
  readonly name: string
  readonly brief: string
  readonly lines: readonly string[]
  /** Command lines that work as they stand. */
  readonly examples: readonly string[]
}

/** Every topic, in the order in which they are listed. */
export const HELP_TOPICS: readonly HelpTopic[] = [
  {
    name: 'configuration',
    brief: 'Where it is said whom to ask, and as whom',
    lines: [
      'What a command needs is looked for in this order; the first that says it counts.',
      '',
      '  1. Flags: --issuer, --client-id, --key, --scope …',
      '  2. The profile that --profile or KEYGRANT_PROFILE names (keygrant profile set).',
      '  3. The environment:',
      '       KEYGRANT_ISSUER, KEYGRANT_TOKEN_ENDPOINT, KEYGRANT_PROVIDER, KEYGRANT_AUDIENCE',
      '       KEYGRANT_CLIENT_ID, KEYGRANT_SCOPE, KEYGRANT_RESOURCE, KEYGRANT_DPOP',
      '       KEYGRANT_KEY_FILE or KEYGRANT_KEY (the key itself), KEYGRANT_KEY_ID, KEYGRANT_ALG',
      '       KEYGRANT_PASSPHRASE or KEYGRANT_KEY_PASSPHRASE, for a key that is encrypted',
      "     and then what Okta's SDKs read:",
      '       OKTA_CLIENT_ORGURL, OKTA_CLIENT_CLIENTID, OKTA_CLIENT_PRIVATEKEY, OKTA_CLIENT_SCOPES',
      '  4. okta.yaml, .okta/okta.yaml, and ~/.okta/okta.yaml.',
      '',
      'A key counts with its Key ID and algorithm, and a server with its provider and audience: they are',
      'not taken from different places.',
      '',
      'Commands of an administrator (app, grant, role, log …) act as the operator of the data directory:',
      '--data, KEYGRANT_DATA, or .keygrant here. Flags (--issuer, --admin, --admin-key) and a profile count',
      'before that; the environment and okta.yaml where they say it all and no directory is named.',
    ],
    examples: [
      'KEYGRANT_ISSUER=https://as.example KEYGRANT_CLIENT_ID=0oa1 KEYGRANT_KEY_FILE=key.json keygrant token get --scope reports.read',
      'keygrant profile set prod --issuer https://auth.example.com --client-id 0oa1 --key key.json',
      'keygrant request --profile prod https://api.example/reports',
    ],
  },
  {
    name: 'keys',
    brief: 'What --key can name',
    lines: [
      'A file with a private key in any form: JWK, JWK Set, PKCS#8, PKCS#1, SEC1, OpenSSH or PKCS#12;',
      'PEM, DER, or base64 of either. "-" is standard input. Or a key that is elsewhere:',
      '',
      '  ssh-agent:[COMMENT|SHA256:…]',
      '  pkcs11:token=…;object=…',
      '  command:public-key=FILE PROGRAM [ARG…]',
      '  awskms:///KEY-ID|ALIAS|ARN',
      '  gcpkms://projects/…/cryptoKeyVersions/N',
      '  azurekms://VAULT.vault.azure.net/KEY[/VERSION]',
      '  vault:[MOUNT/]KEY[?version=N]',
      '',
      'A passphrase is read from KEYGRANT_PASSPHRASE. A key is never printed unless --out - asks for it.',
    ],
    examples: [
      'keygrant key new --out key.json --public-out key.public.json',
      'keygrant key show key.pem',
      'keygrant token get --profile prod --key ssh-agent:',
    ],
  },
  {
    name: 'output',
    brief: 'What goes where, and in what form',
    lines: [
      'Results go to standard output, and nothing else does. What is for the person goes to standard',
      'error: "error:", then "hint:" with what to do; "warning:" and "note:". --json makes the result one',
      'JSON document, and an error, too. Colours come on a terminal alone, and not with NO_COLOR.',
      '',
      'No private key, token or assertion is printed but where it is the result that was asked for.',
    ],
    examples: [
      'keygrant key check key.public.json --json',
      'NO_COLOR=1 keygrant doctor --profile prod',
    ],
  },
  {
    name: 'exit-codes',
    brief: 'How a command ends',
    lines: [
      '  0  done',
      '  1  the verdict is negative, such as an assertion that is refused',
      '  2  the command line is wrong',
      "  3  what was given can't be used: a key, a file, claims",
      '  4  the server refused',
      "  5  the server can't be reached",
      "  6  this machine can't do it: port, data directory, database, version of Node",
      '',
      'keygrant exec ends as the program does that it runs.',
    ],
    examples: ['keygrant token introspect token.txt --profile prod; echo $?'],
  },
]

/** A topic as it is printed; `undefined` when there is none of that name. */
export function describeTopic(name: string): string | undefined {
  const topic = HELP_TOPICS.find((each) => each.name === name)
  if (topic === undefined) return undefined
  const { brief, lines, examples } = topic
  const shown = ['Examples', ...examples.map((example) => `  ${example}`)]
  return [`${brief}.`, lines.join('\n'), shown.join('\n')].join('\n\n')
}

/** The list of topics. */
export function listTopics(): string {
  const width = Math.max(...HELP_TOPICS.map(({ name }) => name.length)) + 2
  return HELP_TOPICS.map(({ name, brief }) => `  ${name.padEnd(width)}${brief}`).join('\n')
}
