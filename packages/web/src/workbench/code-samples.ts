/**
 * The exchange as code. `$PRIVATE_KEY_FILE` stands in place of the key.
 * @module
 */

/** What the code is about. */
export interface CodeSubject {
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly audience: string
  readonly kid: string
  readonly scope: string
}

/** The languages, in the order in which they are offered. */
export const LANGUAGES = ['cli', 'curl', 'node', 'python', 'go'] as const
/** A language. */
export type Language = (typeof LANGUAGES)[number]

/** Writes the exchange in a language. */
export function codeIn(language: Language, subject: CodeSubject): string {
  return WRITERS[language](subject)
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A text for a POSIX shell. */
const sh = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
/** A text for the other languages: JSON's strings are theirs too. */
const quoted = (text: string): string => JSON.stringify(text)

const WRITERS: Readonly<Record<Language, (subject: CodeSubject) => string>> = {
  cli: ({ issuer, clientId, scope }) => `keygrant token get \\
  --issuer ${sh(issuer)} \\
  --client-id ${sh(clientId)} \\
  --key "$PRIVATE_KEY_FILE" \\
  --scope ${sh(scope)}`,

  curl: ({ tokenEndpoint, clientId, audience, scope }) => `curl ${sh(tokenEndpoint)} \\
  -d grant_type=client_credentials \\
  --data-urlencode ${sh(`scope=${scope}`)} \\
  -d client_assertion_type=${ASSERTION_TYPE} \\
  -d client_assertion="$(keygrant assertion sign \\
      --client-id ${sh(clientId)} --audience ${sh(audience)} --key "$PRIVATE_KEY_FILE")"`,

  node: ({ issuer, clientId, scope }) => `import { readFile } from 'node:fs/promises'
import { createTokenClient } from '@keygrant/core/client'

const client = createTokenClient({
  issuer: ${quoted(issuer)},
  clientId: ${quoted(clientId)},
  key: await readFile(process.env.PRIVATE_KEY_FILE, 'utf8'),
  scope: ${quoted(scope)},
})
const { accessToken } = await client.getToken()`,

  python: ({
    tokenEndpoint,
    clientId,
    audience,
    kid,
    scope,
  }) => `# pip install pyjwt[crypto] requests
import os, time, uuid
import jwt, requests

now = int(time.time())
with open(os.environ["PRIVATE_KEY_FILE"]) as file:
    key = file.read()
assertion = jwt.encode(
    {
        "iss": ${quoted(clientId)},
        "sub": ${quoted(clientId)},
        "aud": ${quoted(audience)},
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid.uuid4()),
    },
    key,
    algorithm="ES256",  # the algorithm of your key
    headers={"kid": ${quoted(kid)}},
)
answer = requests.post(
    ${quoted(tokenEndpoint)},
    data={
        "grant_type": "client_credentials",
        "scope": ${quoted(scope)},
        "client_assertion_type": "${ASSERTION_TYPE}",
        "client_assertion": assertion,
    },
)
print(answer.json())`,

  go: ({
    tokenEndpoint,
    clientId,
    audience,
    kid,
    scope,
  }) => `// go get github.com/golang-jwt/jwt/v5 github.com/google/uuid
pem, err := os.ReadFile(os.Getenv("PRIVATE_KEY_FILE"))
if err != nil {
	log.Fatal(err)
}
key, err := jwt.ParseECPrivateKeyFromPEM(pem) // the kind of your key
if err != nil {
	log.Fatal(err)
}
now := time.Now()
assertion := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.RegisteredClaims{
	Issuer:    ${quoted(clientId)},
	Subject:   ${quoted(clientId)},
	Audience:  jwt.ClaimStrings{${quoted(audience)}},
	IssuedAt:  jwt.NewNumericDate(now),
	ExpiresAt: jwt.NewNumericDate(now.Add(5 * time.Minute)),
	ID:        uuid.NewString(),
})
assertion.Header["kid"] = ${quoted(kid)}
signed, err := assertion.SignedString(key)
if err != nil {
	log.Fatal(err)
}
answer, err := http.PostForm(${quoted(tokenEndpoint)}, url.Values{
	"grant_type":            {"client_credentials"},
	"scope":                 {${quoted(scope)}},
	"client_assertion_type": {"${ASSERTION_TYPE}"},
	"client_assertion":      {signed},
})`,
}
