/**
 * The texts of the steps of the workbench, ready to be translated. What the checks say comes from core.
 * @module
 */

/** The texts of the steps after the key, and of what stands around them. */
export const stepStrings = {
  isolation: {
    reasons: [
      'It is a document without an origin: a sandbox without “same origin”. No page can read it, this one included.',
      'Its policy lets it load nothing and connect to nothing, and it has no address that it could be led to.',
      'It signs what this page asks for, and tells this page the public key. The private key leaves it only as a file that you save. When you clear it, the whole document goes, and a new one takes its place.',
    ],
    policy: 'The policy of the frame, as this page holds it:',
    limit:
      'Not proved: what your browser’s extensions see, and channels that no policy of the web governs.',
  },

  publicKey: {
    title: 'Public key',
    register:
      'Register this half with the app. With the command line: keygrant app key add CLIENT_ID public.jwk',
    copyJwk: 'Copy JWK',
    copyJwks: 'Copy JWK Set',
    copyPem: 'Copy PEM',
    copyThumbprint: 'Copy thumbprint',
    what: { jwk: 'public JWK', jwks: 'public JWK Set', pem: 'public PEM' },
    thumbprint: 'Thumbprint',
  },

  claims: {
    title: 'Claims',
    server: 'Server (issuer)',
    serverStates: {
      none: 'Write the URL of the authorization server.',
      asking: 'Asking for its metadata …',
      found: (endpoint: string) => `Token endpoint: ${endpoint}`,
      unreachable:
        'No answer, or this page may not talk to it. Write its token endpoint; for the request use the curl line.',
      no_metadata: 'It has no metadata here. Write its token endpoint.',
      not_allowed:
        'This page may not talk to it. Write its token endpoint, and send the request with the curl line of step 3.',
    },
    endpoint: 'Token endpoint',
    clientId: 'Client ID (iss)',
    sameSub: 'sub is the same',
    sub: 'Subject (sub)',
    aud: 'Audience (aud)',
    audHints: {
      issuer: 'The issuer: what newer specifications recommend.',
      endpoint: 'The token endpoint: what Okta’s guide uses.',
      other: 'Neither the issuer nor the token endpoint.',
      array: 'More than one value: see the JSON.',
    },
    exp: 'Ends (exp)',
    inMinutes: (minutes: number): string =>
      minutes === 1 ? 'in 1 minute' : `in ${minutes} minutes`,
    maximum: (minutes: number) => `The server takes at most ${minutes} minutes.`,
    none: 'not added',
    given: 'as the JSON says',
    atTime: 'at a time',
    expTime: 'Date and time (UTC), or seconds since 1970',
    noTime: 'This is no time. Write it as 2026-11-23 19:04:12.',
    until: (time: string): string => `Made now: until ${time}.`,
    iat: 'Issued (iat)',
    iatChoices: { now: 'now', early: '10 seconds ago', none: 'not added' },
    jti: 'Identifier (jti)',
    jtiChoices: { new: 'new each time', fixed: 'fixed', none: 'not added' },
    jtiFixed: 'A fixed jti works once. The second use is refused as a replay.',
    clock: (difference: string, isFast: boolean): string =>
      isFast
        ? `The clock of this machine is ${difference} ahead of the server’s: iat would be in the future.`
        : `The clock of this machine is ${difference} behind the server’s: a JWT ends earlier than it says.`,
    remember: 'Remember this form on this device',
    rememberHint:
      'The server, the claims, the header and the scopes. Never a key, a token, a jti or a time.',
    followServerClock: 'Sign by the server’s clock',
    preset: 'Start from',
    presets: {
      strict: 'Recommended: aud is the issuer, 5 minutes',
      guide: 'Okta’s guide: aud is the token endpoint, 60 minutes',
      minimal: 'Minimal: no iat, no typ',
      fapi: 'FAPI 2.0: aud is the issuer, 1 minute, iat 10 s ago',
      keycloak: 'Keycloak: aud is the realm, 1 minute',
      entra: 'Microsoft Entra: aud is the token endpoint, 5 minutes',
      generic: 'RFC 7523: aud is the token endpoint, 5 minutes',
    },
    views: { label: 'Claims as', names: { form: 'Form', json: 'JSON' } },
    formStands: 'The JSON can’t be read. What is written here has no effect until it can.',
    mend: 'Mend the JSON',
    json: 'Claims as JSON',
    format: 'Format',
    noJson: 'This is no JSON object:',
    place: (line: number, column: number, what: string) =>
      `Line ${line}, column ${column}: ${what}`,
    another: 'Add a claim',
    claimName: 'Name',
    claimValue: 'Value: JSON, or a text',
    addClaim: 'Add',
    remove: (name: string): string => (name === '' ? 'Remove' : `Remove ${name}`),
    header: 'Header',
    alg: 'alg',
    kid: 'kid',
    typ: 'typ',
    noTyp: 'none',
  },

  trial: {
    lead: 'See for yourself: a script in another frame, with the same sandbox and the same policy, tries to reach the server of this page. The project’s tests try more, also from a frame whose own script was replaced: packages/web/test/workbench/isolation.test.ts.',
    start: 'Try it',
    result: (refused: number, all: number) => `${refused} of ${all} ways out were refused.`,
    refused: 'refused',
    gotOut: 'not refused',
    ways: {
      fetch: 'fetch',
      request: 'XMLHttpRequest',
      beacon: 'sendBeacon',
      socket: 'WebSocket',
      events: 'EventSource',
      image: 'an image',
      style: 'a style sheet',
      script: 'a script',
      module: 'import()',
      font: 'a font',
      worker: 'a worker',
      frame: 'another frame',
      window: 'a new window',
      navigation: 'leading this page away',
      storage: 'the storage of this page',
      page: 'the document of this page',
    },
  },

  app: {
    choose: 'App of this client ID',
    none: 'Choose one of the apps',
    granted: 'granted',
    notGranted: 'not granted',
    check: 'Mark what the app has',
    states: {
      asking: 'Asking the server …',
      no_client: 'Not known: write the client ID in step 2 first.',
      signed_out: 'Not known: nobody is signed in here, and no token of step 4 may read grants.',
      no_app: 'The server knows no app of this client ID.',
      failed: 'The server did not say it.',
    },
  },

  registration: {
    unasked: 'Not checked whether the server knows it.',
    asking: 'Asking the server …',
    check: 'Check at the server',
    no_client: 'Not checked: write the client ID in step 2 first.',
    no_app: 'The server knows no app of this client ID.',
    signedOut: 'Not checked: nobody is signed in here.',
    signIn: 'Sign in to the console',
    otherAddress: (url: string) => `then open the workbench at ${url}: people sign in there.`,
    active: (kid: string, time: string) => `Registered as ${kid}, active since ${time}.`,
    ended: {
      inactive: (kid: string, time: string) =>
        `Registered as ${kid}, but inactive since ${time}: the server refuses it.`,
      expired: (kid: string, time: string) =>
        `Registered as ${kid}, but it ended at ${time}: the server refuses it.`,
      revoked: (kid: string, time: string) =>
        `Registered as ${kid}, but revoked at ${time}: the server refuses it for good.`,
    },
    otherKid: (kid: string): string =>
      kid === '' ? 'The header names no kid.' : `The header says ${kid}.`,
    useKid: 'Use the registered kid',
    absent: (client: string) => `Not registered for ${client}.`,
    kids: (kids: string) => `Registered: ${kids}.`,
    noKeys: 'It has no key.',
    register: 'Register with app',
    registered: 'The public key was registered.',
  },

  faults: {
    title: 'Break it on purpose',
    lead: 'Each changes one thing. Below it stands what will come back, by the rulebook of the server.',
    noKey:
      'Each changes one thing. Once there are a key and a client ID, each says what will come back.',
    expected: (answer: string, rule: string | undefined): string =>
      rule === undefined ? `Expected: ${answer}` : `Expected: ${answer} · ${rule}`,
    accepted: '200',
    none: 'Nothing is broken',
    asForetold: 'That is what was foretold.',
    notAsForetold: (answer: string): string =>
      `Foretold was ${answer}: the server does not judge as the rulebook here does, or knows another key or client.`,
    save: 'Save all as test vectors',
    saveHint:
      'A JSON file: each fault with its token request and the answer that is expected. It holds assertions that work until they end, and no key.',
    active: (name: string) => `This assertion is broken on purpose: ${name}.`,
    undo: 'Undo',
    names: {
      expired: 'expired an hour ago',
      exp_far: 'exp two hours ahead',
      exp_ms: 'exp in milliseconds',
      exp_missing: 'no exp',
      aud_wrong: 'aud of another server',
      aud_slash: 'aud with a slash at its end',
      aud_many: 'aud with two values',
      aud_twice: 'aud twice',
      sub_other: 'sub is not iss',
      client_unknown: 'a client that nobody knows',
      kid_missing: 'no kid',
      kid_unknown: 'a kid that nobody knows',
      kid_foreign: 'the kid of another app',
      key_wrong: 'signed with another key',
      signature_changed: 'signature changed',
      alg_none: 'alg none',
      alg_hs256: 'HS256 with the public key as secret',
      alg_other: 'alg of another kind of key',
      jti_reused: 'jti used before',
      jti_missing: 'no jti',
      nbf_future: 'nbf in the future',
      iat_future: 'iat in the future',
      padded: 'padded base64url',
      four_parts: 'four parts',
      crit: 'an unknown critical header',
      type_misspelt: 'client_assertion_type misspelt',
      two_methods: 'a client secret beside it',
    },
  },

  sign: {
    title: 'Signed JWT',
    generate: 'Generate JWT',
    shortcut: 'Ctrl+Enter',
    made: 'JWT signed',
    copy: 'Copy',
    what: 'JWT',
    copyParameter: 'Copy as form parameter',
    copyCurl: 'Copy as curl',
    curl: 'curl line with this JWT',
    save: 'Download',
    inspect: 'Inspect',
    label: 'Header, claims and signature',
    segments: ['header', 'claims', 'signature'],
    added: (names: string) => `Added: ${names}.`,
    expires: (distance: string, time: string) => `Ends ${distance}, at ${time}. Works once.`,
    endsSoon: 'The JWT ends in one minute.',
    noDate: 'Its exp is later than any date: see the pre-flight.',
    noEnd: 'It has no time at which it ends.',
    expired: 'Expired. Generate it again.',
    used: (time: string) => `Sent at ${time}: its jti can’t be used again. Generate a new one.`,
    refused: (time: string) => `Sent at ${time}, and not accepted.`,
  },

  missing: {
    what: {
      key: 'There is no key yet.',
      claims: 'The claims are no JSON.',
      clientId: 'The client ID is missing.',
      endpoint: 'The token endpoint is missing.',
      token: 'Get an access token first.',
      url: 'This is no URL.',
      header: 'A header can’t be sent.',
    },
    lead: {
      key: 'Give one in step 1',
      claims: 'Mend the JSON',
      clientId: 'Write it in step 2',
      endpoint: 'Name the server in step 2',
      token: 'Go to step 4',
      url: 'Mend the URL',
      header: 'Mend the headers',
    },
  },

  preflight: {
    title: 'Pre-flight',
    lead: 'The rulebook of the server, run here. It assumes that this key is registered for this client.',
    leadKnown: 'The rulebook of the server, run here, with what the server says of this key.',
    profile: 'Profile',
    tally: (passed: number, failed: number, skipped: number) =>
      `${passed} pass · ${failed} fail · ${skipped} not run`,
    predicted: 'Will be refused:',
    holds: 'Nothing wrong, as far as can be told from here.',
    used: 'It was sent. Sent again, it will be refused:',
    all: 'Every check',
    applyFix: 'Apply fix',
    applied: 'Fixed, and signed again.',
  },

  scopes: {
    label: 'Scopes',
    hint: 'Choose from those of the server, or write any. A blank ends each.',
    remove: (name: string): string => `Remove ${name}`,
    removed: (name: string): string => `${name} removed`,
    added: (name: string): string => `${name} added`,
  },

  token: {
    title: 'Access token',
    get: 'Get access token',
    request: 'Request',
    response: 'Response',
    waiting: 'On its way …',
    shortened: (text: string) => `${text.slice(0, 16)}… (${text.length} characters)`,
    whole: (isShown: boolean, name = ''): string =>
      `${isShown ? 'Shorten' : 'Show'} ${name}`.trim(),
    status: (status: number, milliseconds: number) => `${status} · ${milliseconds} ms`,
    requestId: 'Request ID',
    granted: (scopes: string) => `Granted: ${scopes}.`,
    ends: (seconds: number) => `Lasts ${Math.round(seconds / 60)} minutes.`,
    type: (type: string) => `Type: ${type}.`,
    says: 'What it says. Whoever it is for verifies that first.',
    copy: 'Copy token',
    what: 'access token',
    inspect: 'Inspect token',
    refused: 'Refused',
    serverSays: 'The server’s own report',
    meaning: 'What it means, with the usual causes',
    inLog: 'Open in the audit log',
    retryAfter: (seconds: number): string =>
      seconds === 1 ? 'Wait 1 second, then try again.' : `Wait ${seconds} seconds, then try again.`,
    retryNow: 'The wait that the server asked for is over: try again.',
    unreachable:
      'No answer. The server may be down, its certificate may not be trusted, or it may not allow calls from this page (CORS). Use the curl line instead.',
    notAllowed:
      'This page may not talk to that server, so nothing was sent. Use the curl line of step 3 instead.',
    probe: 'Is anything there?',
    probed: {
      there: 'Something answers there; it does not let this page read what (CORS).',
      silent:
        'Nothing answers there that this browser accepts: it is down, or its certificate is not trusted.',
    },
    requested: (missing: string) => `Not granted: ${missing}.`,
    show: 'Show token',
    hide: 'Hide token',
  },

  call: {
    title: 'Call an API',
    method: 'Method',
    url: 'URL, or a path of the server',
    send: 'Send',
    needs: (scope: string, isHeld: boolean | undefined): string =>
      isHeld === undefined
        ? `Needs ${scope}.`
        : isHeld
          ? `Needs ${scope}: the token has it.`
          : `Needs ${scope}: the token lacks it.`,
    writes: 'This call changes something at the server.',
    body: 'Body (JSON)',
    headers: 'Headers of your own',
    headersHint: 'One on each line, as “Name: value”. The token goes along in any case.',
    headerFaults: {
      colon: (line: number): string => `Line ${line} has no colon.`,
      name: (line: number): string => `The name on line ${line} is none that a header can have.`,
      value: (line: number): string =>
        `The value on line ${line} has characters that no header can have.`,
      twice: (line: number): string => `The header on line ${line} is there twice.`,
      token: (line: number): string =>
        `Line ${line}: this page sets Authorization itself, with the token.`,
      browser: (line: number): string =>
        `Line ${line}: no page may set this header, the browser does.`,
    },
    lacksScope: 'The token lacks a scope.',
    needed: 'Needed',
    held: 'It has',
    lacking: 'missing',
    granting: 'An administrator grants it in the console, or with',
    ask: 'Ask for it in step 4',
    request: 'Copy a request',
    requestWhat: 'request',
    requestText: (scopes: string, client: string, server: string, command: string): string =>
      `Please grant ${scopes} to the app ${client} at ${server}:\n\n    ${command}\n`,
    grants: 'Open its grants',
    roles: 'Open its roles',
    unauthorized: 'The API did not accept the token.',
    copy: 'Copy response',
    what: 'response',
    copyCurl: 'Copy as curl',
    curl: 'curl line, with $ACCESS_TOKEN for the token',
  },

  code: {
    title: 'As code',
    lead: 'With $PRIVATE_KEY_FILE in place of the key.',
    language: 'Language',
    languages: {
      cli: 'keygrant',
      curl: 'curl',
      node: 'Node.js',
      python: 'Python',
      go: 'Go',
      java: 'Java',
      csharp: 'C#',
      powershell: 'PowerShell',
    },
    copy: 'Copy code',
    what: 'code',
  },

  steps: {
    label: 'Steps',
    names: { key: 'Key', claims: 'Claims', sign: 'Sign', token: 'Token', call: 'Call' },
    done: 'done',
  },

  share: {
    open: 'Share…',
    title: 'Share',
    close: 'Close',
    link: 'A link to these claims',
    linkLead:
      'Keys, signatures, tokens and jti are never part of a link. It stands behind “#”, where no server sees it.',
    parts: {
      server: 'the server',
      claims: 'the claims',
      header: 'the header',
      scope: 'the scopes',
      fault: 'what is broken on purpose',
      expected: 'what should come out',
    },
    preview: 'The link',
    tooLong: 'The claims are too long for a link.',
    copyLink: 'Copy link',
    what: 'link',
    support: 'A text for whoever helps',
    supportLead:
      'Findings, header and claims in Markdown. No signature, token or key is ever in it.',
    copySupport: 'Copy for support',
    supportWhat: 'text for support',
    opened: 'Opened from a link. Check the address of the server before you give a key.',
    expected: (rules: string) => `Expected to be found: ${rules}.`,
    unreadable: 'The link that opened this page can’t be read. Nothing was taken from it.',
    masked: '…',
    supportTitle: 'Keygrant workbench',
    supportLines: {
      server: 'Server',
      endpoint: 'Token endpoint',
      policy: 'Policy of the server',
      time: 'Time',
      answer: 'Answer',
      requestId: 'Request ID',
      broken: 'Broken on purpose',
      findings: 'Findings',
      none: 'Nothing wrong was found.',
      header: 'Header',
      claims: 'Claims',
      unsigned: 'Nothing was signed yet.',
    },
  },
} as const
