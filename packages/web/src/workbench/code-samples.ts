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
  /** The algorithm of the key. */
  readonly alg: string
}

/** The languages, in the order in which they are offered. */
export const LANGUAGES = [
  'cli',
  'curl',
  'node',
  'python',
  'go',
  'java',
  'csharp',
  'powershell',
] as const
/** A language. */
export type Language = (typeof LANGUAGES)[number]

/** Writes the exchange in a language. */
export function codeIn(language: Language, subject: CodeSubject): string {
  return WRITERS[language](subject)
}

/** A request with the JWT in it, for where this page may not send it. Works once, as the JWT does. */
export function curlWith(endpoint: string, form: URLSearchParams): string {
  const fields = [...form].map(([name, value]) => `  --data-urlencode ${sh(`${name}=${value}`)}`)
  return [`curl ${sh(endpoint)}`, ...fields].join(' \\\n')
}

/** A call of an API, with `$ACCESS_TOKEN` in place of the token. */
export function curlCall(
  method: string,
  url: string,
  headers: readonly (readonly [name: string, value: string])[],
  body: string | undefined,
): string {
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${sh(url)}`,
    '  -H "Authorization: Bearer $ACCESS_TOKEN"',
    ...headers.map(([name, value]) => `  -H ${sh(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`  --data-raw ${sh(body)}`]),
  ].join(' \\\n')
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A text for a POSIX shell. */
const sh = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
/** A text for the other languages: JSON's strings are theirs too. */
const quoted = (text: string): string => JSON.stringify(text)
/** A text for PowerShell. */
const ps = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** How a library names what an algorithm is made of. */
function familyOf(alg: string): 'EC' | 'RSA' | 'OKP' {
  if (alg.startsWith('ES')) return 'EC'
  return alg.startsWith('RS') || alg.startsWith('PS') ? 'RSA' : 'OKP'
}

const GO_PARSERS = {
  EC: 'ParseECPrivateKeyFromPEM',
  RSA: 'ParseRSAPrivateKeyFromPEM',
  OKP: 'ParseEdPrivateKeyFromPEM',
} as const
const JAVA_SIGNERS = {
  EC: 'ECDSASigner(key.toECKey())',
  RSA: 'RSASSASigner(key.toRSAKey())',
  OKP: 'Ed25519Signer(key.toOctetKeyPair())',
} as const

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
    alg,
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
    algorithm=${quoted(alg)},
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
    alg,
  }) => `// go get github.com/golang-jwt/jwt/v5 github.com/google/uuid
pem, err := os.ReadFile(os.Getenv("PRIVATE_KEY_FILE"))
if err != nil {
	log.Fatal(err)
}
key, err := jwt.${GO_PARSERS[familyOf(alg)]}(pem)
if err != nil {
	log.Fatal(err)
}
now := time.Now()
assertion := jwt.NewWithClaims(jwt.GetSigningMethod(${quoted(alg)}), jwt.RegisteredClaims{
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

  java: ({
    tokenEndpoint,
    clientId,
    audience,
    kid,
    scope,
    alg,
  }) => `// com.nimbusds:nimbus-jose-jwt and org.bouncycastle:bcpkix-jdk18on
String pem = Files.readString(Path.of(System.getenv("PRIVATE_KEY_FILE")));
JWK key = JWK.parseFromPEMEncodedObjects(pem);
Instant now = Instant.now();
SignedJWT assertion = new SignedJWT(
    new JWSHeader.Builder(JWSAlgorithm.parse(${quoted(alg)})).keyID(${quoted(kid)}).build(),
    new JWTClaimsSet.Builder()
        .issuer(${quoted(clientId)})
        .subject(${quoted(clientId)})
        .audience(${quoted(audience)})
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)))
        .jwtID(UUID.randomUUID().toString())
        .build());
assertion.sign(new ${JAVA_SIGNERS[familyOf(alg)]});
String form = Map.of(
        "grant_type", "client_credentials",
        "scope", ${quoted(scope)},
        "client_assertion_type", "${ASSERTION_TYPE}",
        "client_assertion", assertion.serialize())
    .entrySet().stream()
    .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
    .collect(Collectors.joining("&"));
HttpResponse<String> answer = HttpClient.newHttpClient().send(
    HttpRequest.newBuilder(URI.create(${quoted(tokenEndpoint)}))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form))
        .build(),
    HttpResponse.BodyHandlers.ofString());
System.out.println(answer.body());`,

  csharp: ({
    tokenEndpoint,
    clientId,
    audience,
    kid,
    scope,
    alg,
  }) => `// dotnet add package Microsoft.IdentityModel.JsonWebTokens
${familyOf(alg) === 'OKP' ? '// This library has no Ed25519: use a key for ES256 or PS256.\n' : ''}using var key = ${familyOf(alg) === 'RSA' ? 'RSA' : 'ECDsa'}.Create();
key.ImportFromPem(File.ReadAllText(Environment.GetEnvironmentVariable("PRIVATE_KEY_FILE")!));
var securityKey = new ${familyOf(alg) === 'RSA' ? 'RsaSecurityKey' : 'ECDsaSecurityKey'}(key) { KeyId = ${quoted(kid)} };
var now = DateTime.UtcNow;
var assertion = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
{
    Issuer = ${quoted(clientId)},
    Audience = ${quoted(audience)},
    IssuedAt = now,
    NotBefore = now,
    Expires = now.AddMinutes(5),
    Claims = new Dictionary<string, object>
    {
        ["sub"] = ${quoted(clientId)},
        ["jti"] = Guid.NewGuid().ToString(),
    },
    SigningCredentials = new SigningCredentials(securityKey, ${quoted(alg)}),
});
using var http = new HttpClient();
var answer = await http.PostAsync(${quoted(tokenEndpoint)}, new FormUrlEncodedContent(new Dictionary<string, string>
{
    ["grant_type"] = "client_credentials",
    ["scope"] = ${quoted(scope)},
    ["client_assertion_type"] = "${ASSERTION_TYPE}",
    ["client_assertion"] = assertion,
}));
Console.WriteLine(await answer.Content.ReadAsStringAsync());`,

  powershell: ({
    tokenEndpoint,
    clientId,
    audience,
    scope,
  }) => `$assertion = keygrant assertion sign \`
  --client-id ${ps(clientId)} --audience ${ps(audience)} --key $env:PRIVATE_KEY_FILE
$answer = Invoke-RestMethod -Method Post -Uri ${ps(tokenEndpoint)} -Body @{
  grant_type            = 'client_credentials'
  scope                 = ${ps(scope)}
  client_assertion_type = '${ASSERTION_TYPE}'
  client_assertion      = $assertion
}
$answer.access_token`,
}
