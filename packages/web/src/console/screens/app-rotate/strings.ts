/**
 * The texts of the rotation of a key.
 * @module
 */

/** The catalogue. */
export const rotateStrings = {
  title: 'Rotate key',
  lead: 'Four steps. Each shows what was measured, and can be left and taken up again.',
  back: 'Keys',
  what: 'the keys',
  notAllowed: 'Your role does not allow this. The Keys tab says who may.',
  old: 'Key to replace',
  steps: {
    add: '1. Add the new key',
    deploy: '2. Put it into your service',
    watch: '3. Watch the old one fall to 0',
    retire: '4. Retire the old key',
  },
  done: 'Done',
  open: 'To do',
  waiting: 'Waiting',
  add: {
    text: 'Nothing is refused meanwhile: both keys count until you retire the old one.',
    existing: 'Or use one that is there already',
    use: 'Use this key',
    isThere: (kid: string) => `${kid} is registered and active.`,
  },
  deploy: {
    text: 'Give the service the new private key and its key ID. For example:',
    none: 'No use of the new key was seen yet. This line changes by itself.',
    seen: (at: string) => `First use of the new key seen ${at}`,
    code: 'Code',
    copy: 'Copy code',
    codeWhat: 'code',
  },
  watch: {
    text: 'As soon as every instance has the new key, the old one is used no more.',
    old: (count: string, ago: string) =>
      `${count} uses of the old key in the last minute; the last one ${ago}.`,
    quiet: (ago: string) => `The old key is not used any more: last used ${ago}.`,
    never: 'The old key was never used.',
    more: (count: string) => `${count} or more`,
    fresh: (count: string) => `${count} uses of the new key in the last minute.`,
  },
  retire: {
    text: 'Let it end in 24 hours, or at once when nothing uses it.',
    go: 'Retire the old key',
    done: 'The old key is retired. What it signs is refused.',
    ends: (at: string) => `The old key ends ${at}.`,
    log: 'See what is refused',
  },
  finished: 'The rotation is done.',
} as const
