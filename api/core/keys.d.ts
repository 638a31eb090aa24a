// The public API of @keygrant/core/keys, as compiled. Written by "npm run api"; not edited by hand.

// keys/index.d.ts

/**
 * Keys: make, read, write and name them; sign and verify octets with them.
 * @module
 */
export { type Curve, JWS_ALGORITHMS, type JwsAlgorithm, jwsAlgorithm, type JwsAlgorithmName, type KeyType, type MlDsaName, } from './algorithms.ts';
export { concatenatedSignature } from './ecdsa-der.ts';
export { exportJwkSet, exportPkcs8Pem, exportPrivateJwk, exportSpkiPem, type JwkSet, } from './export.ts';
export { generateKey, type GenerateKeyOptions, supportedAlgorithms } from './generate.ts';
export { MAX_KEY_INPUT, MAX_KID_LENGTH } from './forms/limits.ts';
export { importPrivateKey, type ImportPrivateKeyOptions, importPublicKey, type KeyReading, type PrivateKeyReading, type PublicKeyReading, readKey, } from './import.ts';
export { type ImportKeyOptions, importPrivateJwk, importPublicJwk, type KeyInput, } from './import-jwk.ts';
export { type AkpPublicJwk, type EcPublicJwk, hasPrivateMember, type JwkMetadata, MAX_RSA_BITS, MIN_RSA_BITS, type OkpPublicJwk, type PrivateJwk, type PublicJwk, type RsaPrivateMembers, type RsaPublicJwk, } from './jwk.ts';
export { importJwkSet, type JwkSetReading, readJwkSet, type RefusedKey } from './key-set.ts';
export { KEY_KINDS, type KeyKind } from './kinds.ts';
export type { PrivateKey } from './private-key.ts';
export type { PublicKey } from './public-key.ts';
export { createSigner, type CreateSignerOptions, type Signer } from './signer.ts';
export { checkKeyForRegistration, lintJwkSet } from './registration.ts';
export { jwkThumbprint } from './thumbprint.ts';

// finding.d.ts

/**
 * A finding: something about an assertion, a key or a configuration that a person should know.
 * @module
 */
/** One finding of a linter or a diagnosis. */
export interface Finding {
    /** Stable id of the rule, such as `exp-in-milliseconds`. */
    readonly rule: string;
    /** `error`: it is refused. `warning`: it works and is unwise. `info`: worth knowing. */
    readonly severity: 'error' | 'warning' | 'info';
    /** What was found, as one sentence without a full stop. */
    readonly sentence: string;
    /** What to do about it. */
    readonly fix: string;
}

// keys/algorithms.d.ts

/**
 * The JWS signature algorithms (RFC 7518, section 3; RFC 8037; RFC 9864; ML-DSA) as one table.
 * @module
 */
/** A JWS `alg` that this package signs and verifies with. HMAC and `none` do not exist here. */
export type JwsAlgorithmName = 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA' | 'Ed25519' | MlDsaName;
/** The parameter sets of ML-DSA (FIPS 204), each of them an `alg` and a kind of key. */
export type MlDsaName = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87';
/** JWK `kty` of the keys that can sign. */
export type KeyType = 'RSA' | 'EC' | 'OKP' | 'AKP';
/** JWK `crv` of the curves that can sign. */
export type Curve = 'P-256' | 'P-384' | 'P-521' | 'Ed25519';
/** A row of the table: what `alg` means. */
export interface JwsAlgorithm {
    readonly alg: JwsAlgorithmName;
    readonly kty: KeyType;
    /** The one curve that `alg` may be used with. Absent for RSA and ML-DSA. */
    readonly crv?: Curve;
    readonly scheme: 'RSASSA-PKCS1-v1_5' | 'RSA-PSS' | 'ECDSA' | 'Ed25519' | 'ML-DSA';
    /** Absent for Ed25519 and ML-DSA, which hash for themselves. */
    readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512';
    /** Octets of the salt. RSA-PSS only; RFC 7518, section 3.5: as long as the hash. */
    readonly saltLength?: number;
}
/**
 * The names of all algorithms, in the order of the table. ML-DSA is not in every runtime: ask
 * `supportedAlgorithms` for those that work here.
 */
export declare const JWS_ALGORITHMS: readonly JwsAlgorithmName[];
/** The row for an `alg` header or JWK member of any type, or `undefined`. */
export declare function jwsAlgorithm(alg: unknown): JwsAlgorithm | undefined;
/** Whether two `alg` names mean one algorithm; `EdDSA` and `Ed25519` do on an Ed25519 key. */
export declare function isSameAlgorithm(a: JwsAlgorithm, b: JwsAlgorithm): boolean;
/**
 * The algorithm that a key signs with: its own `alg` (an ML-DSA key always has one), else RS256,
 * ES256, ES384, ES512 or EdDSA by its type.
 */
export declare function signingAlgorithm(key: {
    readonly kty: KeyType;
    readonly crv?: Curve;
    readonly alg?: JwsAlgorithmName;
}): JwsAlgorithm;

// keys/ecdsa-der.d.ts

/**
 * ECDSA signatures between their two forms: r || s (RFC 7518, section 3.4) and DER.
 * @module
 */
import type { JwsAlgorithm } from './algorithms.ts';
/** Octets of r and of s, by curve. */
export declare const SCALAR_OCTETS: {
    readonly 'P-256': 32;
    readonly 'P-384': 48;
    readonly 'P-521': 66;
};
/** As many octets as a DER signature may have: two INTEGERs of 66 octets, each with a zero before it. */
export declare const MAX_DER_OCTETS = 141;
/**
 * Turns r || s into a DER `SEQUENCE { INTEGER r, INTEGER s }`. The length must be even.
 *
 * @param room Where to write it; the answer is a view of that.
 */
export declare function derFromConcatenated(signature: Uint8Array, room?: Uint8Array): Uint8Array;
/** Turns a DER ECDSA signature into r || s, or `undefined` when it is not one for this size. */
export declare function concatenatedFromDer(der: Uint8Array, scalarOctets: number): Uint8Array<ArrayBuffer> | undefined;
/**
 * Turns a DER ECDSA signature that was just made into r || s where it stands: the answer is a view of the same octets, which
 * saves an allocation. `undefined`, and nothing changed, when r or s is so short that it would not fit there, which
 * happens once in a few million times.
 *
 * @param der As OpenSSL makes it. It is not checked again.
 */
export declare function concatenateInPlace(der: Uint8Array, scalarOctets: number): Uint8Array | undefined;
/**
 * The JWS form (r || s) of a signature that came in DER, as many signing services give it;
 * `undefined` when the algorithm is not ECDSA or the octets are no DER signature of its size.
 */
export declare function concatenatedSignature(algorithm: JwsAlgorithm, signature: Uint8Array): Uint8Array | undefined;

// keys/export.d.ts

/**
 * Keys as JWK, JWK Set and PEM.
 * @module
 */
import type { PrivateJwk } from './jwk.ts';
import { type PrivateKey } from './private-key.ts';
import type { PublicKey } from './public-key.ts';
/** A JWK Set of public keys (RFC 7517, section 5). */
export interface JwkSet {
    readonly keys: readonly PublicKey['jwk'][];
}
/** Gives the private JWK away as plain data. Write it to a file of mode 0600, and nowhere else. */
export declare function exportPrivateJwk(key: PrivateKey): PrivateJwk & {
    readonly kid: string;
};
/** Gives the private key away as an unencrypted PKCS#8 PEM. PEM has no place for `kid` or `alg`. */
export declare function exportPkcs8Pem(key: PrivateKey): string;
/** Writes a public key as an SPKI PEM. PEM has no place for `kid` or `alg`. */
export declare function exportSpkiPem(key: PublicKey): string;
/** Makes the JWK Set of some public keys. */
export declare function exportJwkSet(keys: readonly PublicKey[]): JwkSet;

// keys/forms/found-key.d.ts

/**
 * What reading gives before anything is judged: JWK members, and the form they were found in.
 * @module
 */
/** Which half of a key pair. */
export type Half = 'private' | 'public';
/** A key as it was found. Its members are not judged yet: `parseJwk` does that. */
export interface FoundKey {
    readonly half: Half;
    /** The form in words, such as `PKCS#1 PEM`. */
    readonly form: string;
    readonly members: Readonly<Record<string, unknown>>;
    /** The key was taken from a certificate. */
    readonly isCertificate?: boolean;
}
/** How to read: what the caller wants, and what may be needed for it. */
export interface FindOptions {
    /** The half that is wanted. `either` prefers the private one. */
    readonly want: Half | 'either';
    readonly passphrase?: string | undefined;
    readonly kid?: string | undefined;
    readonly alg?: string | undefined;
}

// keys/forms/limits.d.ts

/**
 * What a key may cost: limits that are checked before any heavy work.
 * @module
 */
/** Input beyond this many characters or octets is no key. */
export declare const MAX_KEY_INPUT = 65536;
/** The longest Key ID that may be registered, in characters. */
export declare const MAX_KID_LENGTH = 255;
/**
 * PBKDF2 iterations that one key may cost: about two seconds with the slowest of the hashes, off the
 * main thread. OpenSSL writes 2048; OWASP asks for 600,000 to 1,300,000.
 */
export declare const MAX_PBKDF2_ITERATIONS = 3000000;
/** Rounds of bcrypt_pbkdf that an OpenSSH key may cost: about two seconds. ssh-keygen writes 16 or 24. */
export declare const MAX_BCRYPT_ROUNDS = 150;

// keys/generate.d.ts

/**
 * New key pairs.
 * @module
 */
import { type JwsAlgorithmName } from './algorithms.ts';
import type { KeyKind } from './kinds.ts';
import { type PrivateKey } from './private-key.ts';
/** Options of {@link generateKey}. */
export interface GenerateKeyOptions {
    /** The one algorithm that the key is for. Default: that of its key type, such as ES256. */
    readonly alg?: JwsAlgorithmName;
    /** Key ID. Default: the RFC 7638 thumbprint. */
    readonly kid?: string;
}
/**
 * The algorithms that this runtime can sign and verify with: all of {@link JWS_ALGORITHMS}, but
 * ML-DSA only where the runtime has it (Node.js from 24.7).
 */
export declare function supportedAlgorithms(): readonly JwsAlgorithmName[];
/**
 * Makes a new key pair in this process, from the runtime's random source. RSA keys have the public
 * exponent 65537. The JWK gets `use` "sig" and, when asked for, `alg`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when `alg` does not fit the kind of key;
 * {@link KeyError} `ERR_KEY_UNSUPPORTED` for ML-DSA where the runtime does not have it.
 * @example
 * ```ts
 * const key = await generateKey({ kty: 'EC', crv: 'P-256' })
 * console.log(key.kid, key.publicKey.jwk)
 * ```
 */
export declare function generateKey(kind: KeyKind, options?: GenerateKeyOptions): Promise<PrivateKey>;

// keys/import-jwk.d.ts

/**
 * Keys from a JWK that is an object already: all that a bundle needs that holds its key so.
 * @module
 */
import { type JwsAlgorithmName } from './algorithms.ts';
import type { FoundKey } from './forms/found-key.ts';
import { type ParsedJwk } from './jwk.ts';
import { type PrivateKey } from './private-key.ts';
import { type PublicKey } from './public-key.ts';
/** A key as text or octets in any form, or as an object already (a JWK or a JWK Set). */
export type KeyInput = string | Uint8Array | object;
/** Which key to take, and what to add to it. */
export interface ImportKeyOptions {
    /** Key ID. It picks the key out of a JWK Set; a single key takes it as its own. */
    readonly kid?: string;
    /** The algorithm that the key is for, when the key itself does not say. */
    readonly alg?: JwsAlgorithmName;
}
/**
 * Reads a private JWK that is an object with all of its members, and proves that it signs for its
 * public half. Where nothing else has to be read, bundles stay small: this does not bring in the
 * reader of {@link importPrivateKey}.
 *
 * @throws {@link KeyError} that names what is wrong with the JWK, and the fix.
 */
export declare function importPrivateJwk(jwk: object, options?: ImportKeyOptions): Promise<PrivateKey>;
/**
 * Reads a public JWK that is an object. Refuses a private one.
 *
 * @throws {@link KeyError}, `ERR_KEY_WRONG_HALF` for a private key.
 */
export declare function importPublicJwk(jwk: object, options?: ImportKeyOptions): Promise<PublicKey>;
/** A JWK as a key that was found. */
export declare function describeJwk(jwk: object): FoundKey;
/** Judges a key that was found, with the `kid` and `alg` that the caller adds. */
export declare function judgeKey(found: FoundKey, options: ImportKeyOptions): ParsedJwk;

// keys/import.d.ts

/**
 * Keys from the forms in which people hold them. A JWK is read here; the reader of everything else
 * is loaded when it is needed.
 * @module
 */
import { type ImportKeyOptions, type KeyInput } from './import-jwk.ts';
import { type PrivateKey } from './private-key.ts';
import { type PublicKey } from './public-key.ts';
/** Options of {@link importPrivateKey} and {@link readKey}. */
export interface ImportPrivateKeyOptions extends ImportKeyOptions {
    /** Opens a key that is encrypted; an empty one counts as none, and other keys ignore it. */
    readonly passphrase?: string;
}
/**
 * Reads a private key, and proves that it signs for its public half.
 *
 * Takes a JWK, a JWK Set, PKCS#8, PKCS#1, SEC1, encrypted PKCS#8 (PBES2 with AES), PEM encrypted the
 * old way (`Proc-Type`, with AES), PKCS#12, OpenSSH and the key files of Google, Okta and Zitadel;
 * PEM or DER; also in base64, in quotes, on one line or with literal `\n`. What it can't take it
 * names, with the fix. No input ever becomes a shared secret.
 *
 * @throws {@link KeyError}, `ERR_KEY_PASSPHRASE_REQUIRED` and `ERR_KEY_PASSPHRASE_WRONG` among its
 * codes; `TypeError` when an argument is of the wrong type.
 * @example
 * ```ts
 * const key = await importPrivateKey(await readFile('key.pem'), { kid: 'my-key' })
 * ```
 */
export declare function importPrivateKey(input: KeyInput, options?: ImportPrivateKeyOptions): Promise<PrivateKey>;
/**
 * Reads a public key: a JWK, a JWK Set, SPKI, PKCS#1, an X.509 certificate or an OpenSSH public key,
 * in the same wrappings as {@link importPrivateKey}. Refuses a private key: what is public must not
 * be made from what is not by accident. Does not check a certificate: only its key is read.
 *
 * @throws {@link KeyError}, `ERR_KEY_WRONG_HALF` for a private key; `TypeError` when an argument is
 * of the wrong type.
 */
export declare function importPublicKey(input: KeyInput, options?: ImportKeyOptions): Promise<PublicKey>;
/** What {@link readKey} found: the key, and the form it was in. A union on `half`. */
export type KeyReading = PrivateKeyReading | PublicKeyReading;
/** A private key, and the form it was in. */
export interface PrivateKeyReading {
    readonly half: 'private';
    /** In words for people, such as `PKCS#1 PEM` or `encrypted PKCS#8 PEM in base64`. */
    readonly form: string;
    readonly privateKey: PrivateKey;
    readonly publicKey: PublicKey;
}
/** A public key, and the form it was in. */
export interface PublicKeyReading {
    readonly half: 'public';
    /** In words for people, such as `SPKI PEM` or `X.509 certificate DER`. */
    readonly form: string;
    readonly publicKey: PublicKey;
}
/**
 * Reads a key of either half in any form, and says which form it was. Where an input holds both
 * halves, the private key is read.
 *
 * @throws {@link KeyError} as {@link importPrivateKey} does.
 * @example
 * ```ts
 * const { half, form, publicKey } = await readKey(text)
 * console.log(`${half} key ${publicKey.kid}: ${form}`)
 * ```
 */
export declare function readKey(input: KeyInput, options?: ImportPrivateKeyOptions): Promise<KeyReading>;
/** Refuses arguments of the wrong type. */
export declare function checkArguments(input: unknown, options: ImportPrivateKeyOptions): void;

// keys/jwk.d.ts

/**
 * JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037, RFC 9964): their types, and the one strict
 * reading that every key passes, whatever form it came in.
 * @module
 */
import { type JwsAlgorithmName, type MlDsaName } from './algorithms.ts';
/** Members that any JWK may have beside those of its key type. */
export interface JwkMetadata {
    readonly kid?: string;
    readonly use?: string;
    readonly key_ops?: readonly string[];
    readonly alg?: JwsAlgorithmName;
}
/** A public RSA key. */
export interface RsaPublicJwk extends JwkMetadata {
    readonly kty: 'RSA';
    readonly n: string;
    readonly e: string;
}
/** A public elliptic-curve key. */
export interface EcPublicJwk extends JwkMetadata {
    readonly kty: 'EC';
    readonly crv: 'P-256' | 'P-384' | 'P-521';
    readonly x: string;
    readonly y: string;
}
/** A public Ed25519 key. */
export interface OkpPublicJwk extends JwkMetadata {
    readonly kty: 'OKP';
    readonly crv: 'Ed25519';
    readonly x: string;
}
/** A public ML-DSA key; `alg` is its parameter set. */
export interface AkpPublicJwk extends JwkMetadata {
    readonly kty: 'AKP';
    readonly alg: MlDsaName;
    readonly pub: string;
}
/** A public JWK that can verify. */
export type PublicJwk = RsaPublicJwk | EcPublicJwk | OkpPublicJwk | AkpPublicJwk;
/** The private members of an RSA key with two primes. */
export interface RsaPrivateMembers {
    readonly d: string;
    readonly p: string;
    readonly q: string;
    readonly dp: string;
    readonly dq: string;
    readonly qi: string;
}
/** A private JWK that can sign. Handle with care: it is plain data and prints as it is. */
export type PrivateJwk = (RsaPublicJwk & RsaPrivateMembers) | (EcPublicJwk & {
    readonly d: string;
}) | (OkpPublicJwk & {
    readonly d: string;
}) | (AkpPublicJwk & {
    readonly priv: string;
});
/** Smallest RSA modulus that is accepted, in bits (RFC 7518, section 3.3). */
export declare const MIN_RSA_BITS = 2048;
/** Largest RSA modulus that is accepted, in bits; verifying beyond it costs too much. */
export declare const MAX_RSA_BITS = 8192;
/** What reading a JWK gave: always the public half, and the whole key when it is private. */
export interface ParsedJwk {
    readonly publicJwk: PublicJwk;
    readonly privateJwk?: PrivateJwk;
    /** Bits of an RSA modulus. */
    readonly modulusBits?: number;
}
/**
 * Reads one JWK strictly: required members present, canonical base64url, exact lengths, sizes and
 * exponents in range, `alg` that fits the key. Members that are not known are dropped; `x5c`, `x5u`
 * and the like are never looked at. Does not check that a point lies on its curve: the import does.
 *
 * @param form What to call the key in an error, when its members come from another form.
 * @throws {@link KeyError} with the member that is wrong and what it should be.
 * @see RFC 7518, section 6, Cryptographic Algorithms for Keys
 */
export declare function parseJwk(jwk: Readonly<Record<string, unknown>>, form?: string): ParsedJwk;
/** Whether a value, read as a JWK, holds any private or secret member. */
export declare function hasPrivateMember(jwk: object): boolean;

// keys/key-set.d.ts

/**
 * Public keys from a JWK Set (RFC 7517, section 5), all or those that are usable.
 * @module
 */
import { KeyError } from '../errors.ts';
import { type KeyInput } from './import-jwk.ts';
import type { PublicKey } from './public-key.ts';
/** What {@link readJwkSet} found. */
export interface JwkSetReading {
    /** The keys that can verify, in their order. */
    readonly keys: readonly PublicKey[];
    /** The others, in no certain order, each with its place in the set and the reason. */
    readonly refused: readonly RefusedKey[];
}
/** A key of a JWK Set that can't be used. */
export interface RefusedKey {
    /** Its place in "keys", from 0. */
    readonly index: number;
    readonly error: KeyError;
}
/**
 * Reads a JWK Set and keeps the keys that can verify: one that is broken, of an unknown type or a
 * private one does not take the others with it. Of keys with one `kid` none is kept, unless they are
 * the same key.
 *
 * @throws {@link KeyError} when the input is no JWK Set at all, or one of more than 1000 keys.
 * @see RFC 7517, section 5, JWK Set Format
 */
export declare function readJwkSet(input: KeyInput): Promise<JwkSetReading>;
/**
 * Reads every public key of a JWK Set.
 *
 * @throws {@link KeyError} for the first key that can't be used, or when two have one `kid`.
 */
export declare function importJwkSet(input: KeyInput): Promise<readonly PublicKey[]>;

// keys/kinds.d.ts

/**
 * The kinds of key pair that can be made.
 * @module
 */
import type { MlDsaName } from './algorithms.ts';
/** Which key to make, in the members of a JWK. */
export type KeyKind = {
    readonly kty: 'RSA';
    readonly modulusBits: 2048 | 3072 | 4096;
} | {
    readonly kty: 'EC';
    readonly crv: 'P-256' | 'P-384' | 'P-521';
} | {
    readonly kty: 'OKP';
    readonly crv: 'Ed25519';
} | {
    readonly kty: 'AKP';
    readonly alg: MlDsaName;
};
/** The names of key kinds, as people write them. ML-DSA needs a runtime that has it. */
export declare const KEY_KINDS: Readonly<Record<string, KeyKind>>;

// keys/primitives.d.ts

/**
 * What this package asks of the runtime's cryptography. There are two implementations, chosen by
 * the `#primitives` import condition: `node:crypto`, and WebCrypto everywhere else.
 * @module
 */
import type { MaybePromise } from '../maybe-promise.ts';
import type { JwsAlgorithm } from './algorithms.ts';
import type { KeyKind } from './kinds.ts';
import type { PrivateJwk, PublicJwk } from './jwk.ts';
/** A public key as the runtime holds it. */
export type PublicHandle = {
    readonly runtimePublicKey: unknown;
};
/** A private key as the runtime holds it. */
export type PrivateHandle = {
    readonly runtimePrivateKey: unknown;
};
/** The cryptography of one runtime. Signatures are in their JWS form: ECDSA as r || s. */
export interface Primitives {
    /** Fails when the members make no key, such as a point that is not on its curve. */
    importPublic(jwk: PublicJwk): MaybePromise<PublicHandle>;
    importPrivate(jwk: PrivateJwk): MaybePromise<PrivateHandle>;
    sign(algorithm: JwsAlgorithm, key: PrivateHandle, data: Uint8Array): MaybePromise<Uint8Array<ArrayBuffer>>;
    verify(algorithm: JwsAlgorithm, key: PublicHandle, signature: Uint8Array, data: Uint8Array): MaybePromise<boolean>;
    sha256(data: Uint8Array): MaybePromise<Uint8Array>;
    /** What `base64url.ts` promises, by the fastest means of the runtime. */
    encodeBase64url(octets: Uint8Array): string;
    encodeUtf8(text: string): Uint8Array<ArrayBuffer>;
}
/** What `base64url.ts` promises, by the fastest means of the runtime; apart, as what only signs has no use for it. */
export type DecodeSegment = (segment: string) => Uint8Array | undefined;
/** What `json.ts` promises, likewise. */
export type DecodeUtf8 = (octets: Uint8Array) => string | undefined;
/**
 * Makes a reader remember what it read from a text, where reading it again would cost more than the rest of a
 * verification does; elsewhere it is the reader itself. What is remembered is frozen.
 */
export type Remembering = <T extends {
    readonly value: object | undefined;
}>(read: (text: string) => T) => (text: string) => T;
/** Making keys: apart, so that what only signs does not bring it along. */
export interface KeyMaking {
    /** Whether the runtime has this algorithm; all of them have all but ML-DSA. */
    supports(algorithm: JwsAlgorithm): boolean;
    generate(kind: KeyKind): Promise<object>;
    /** The JWK of a PKCS#8 key, its public members computed from the private ones. */
    privateJwkFromPkcs8(der: Uint8Array, kind: KeyKind): MaybePromise<object>;
}

// keys/private-key.d.ts

/**
 * A private key that signs and can't be printed by accident.
 * @module
 */
import type { MaybePromise } from '../maybe-promise.ts';
import { type JwsAlgorithmName } from './algorithms.ts';
import type { ParsedJwk, PrivateJwk } from './jwk.ts';
import type { PrivateHandle } from './primitives.ts';
import { type PublicKey } from './public-key.ts';
import type { Signer } from './signer.ts';
type KeyWithId = PrivateJwk & {
    readonly kid: string;
};
/**
 * A private key, checked and ready to sign. Printing, logging or serializing it shows
 * `[private key kid=…]`; only `exportPrivateJwk` and `exportPkcs8Pem` give its members away.
 */
export declare class PrivateKey implements Signer {
    #private;
    /** The public half. */
    readonly publicKey: PublicKey;
    /** @internal */
    constructor(jwk: KeyWithId, publicKey: PublicKey, handle: PrivateHandle);
    get kid(): string;
    /** The algorithm that this key signs with: its own `alg`, else the default of its type. */
    get alg(): JwsAlgorithmName;
    /** The same key for another algorithm that fits it, such as PS256 for an RSA key without `alg`. */
    withAlgorithm(alg: JwsAlgorithmName): PrivateKey;
    /** Signs octets; the signature is in its JWS form. */
    sign(signingInput: Uint8Array): MaybePromise<Uint8Array>;
    toString(): string;
    toJSON(): string;
}
/** The members of a private key, for `exportPrivateJwk` and `exportPkcs8Pem` alone. */
export declare function privateMembers(key: PrivateKey): PrivateJwk & {
    readonly kid: string;
};
/** Makes a {@link PrivateKey} of a JWK that was read, and proves that its two halves belong together. */
export declare function createPrivateKey(parsed: ParsedJwk): Promise<PrivateKey>;
export {};

// keys/public-key.d.ts

/**
 * A public key, ready to verify.
 * @module
 */
import { KeyError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { type Curve, type JwsAlgorithm, type KeyType } from './algorithms.ts';
import type { ParsedJwk, PublicJwk } from './jwk.ts';
import type { PublicHandle } from './primitives.ts';
/** A public key, checked and ready to verify. Made by `importPublicKey`. */
export declare class PublicKey {
    #private;
    /** Key ID: the JWK's own, else its RFC 7638 thumbprint. */
    readonly kid: string;
    /** The public JWK, always with `kid`. */
    readonly jwk: PublicJwk & {
        readonly kid: string;
    };
    /** Bits of an RSA modulus; `undefined` for other keys. */
    readonly modulusBits: number | undefined;
    /** @internal */
    constructor(jwk: PublicJwk & {
        readonly kid: string;
    }, modulusBits: number | undefined, handle: PublicHandle);
    get kty(): KeyType;
    /** The curve; `undefined` for RSA and ML-DSA. */
    get crv(): Curve | undefined;
    /**
     * Whether this key may verify signatures of an algorithm: its type and curve fit, its `alg` (when
     * it has one) is the same, its `use` is absent or "sig", its `key_ops` absent or with "verify".
     */
    fits(algorithm: JwsAlgorithm): boolean;
    /** Verifies a signature in its JWS form. Does not ask whether the key {@link fits}. */
    verify(algorithm: JwsAlgorithm, signature: Uint8Array, signingInput: Uint8Array): MaybePromise<boolean>;
}
/** Makes a {@link PublicKey} of a JWK that was read. */
export declare function createPublicKey(parsed: ParsedJwk): Promise<PublicKey>;
/** The refusal of an algorithm that this runtime does not have. */
export declare function notInThisRuntime(alg: string, kid?: string): KeyError;

// keys/registration.d.ts

/**
 * Whether public keys may be registered. What looks for it is loaded when it is asked.
 * @module
 */
import type { Finding } from '../finding.ts';
import type { ImportKeyOptions, KeyInput } from './import-jwk.ts';
import type { PublicKey } from './public-key.ts';
/**
 * Checks whether a public key may be registered for a client. Beside all that {@link importPublicKey}
 * refuses it finds keys whose private half is public or can be computed: published examples, ROCA,
 * close primes, small factors, an exponent of 1; and what does not belong into a registry: private
 * members, certificates, keys for encryption, a `kid` that is too long or has control characters.
 *
 * Whatever the input is, it is judged and never kept. Does not look at other keys: whether this one is
 * registered already, or shares a prime with another, only the registry can tell.
 *
 * @throws `TypeError` when an argument is of the wrong type; nothing else, whatever the input is.
 * @returns Findings; a key may be registered when none of them is an `error`.
 * @example
 * ```ts
 * const findings = await checkKeyForRegistration(jwk)
 * const isAccepted = findings.every(({ severity }) => severity !== 'error')
 * ```
 * @see RFC 8725, section 3.5; CVE-2017-15361 (ROCA); CVE-2022-26320 (close primes)
 */
export declare function checkKeyForRegistration(input: KeyInput | PublicKey, options?: ImportKeyOptions): Promise<readonly Finding[]>;
/**
 * Lints a JWK Set: each key by {@link checkKeyForRegistration}, and what only the set can show: several
 * keys of one `kid`, or keys without one beside others. Never throws for an input.
 *
 * @param input The set as text, or as a value that was read already.
 * @returns Findings that name the key by its place and `kid`; empty for a set that is fine.
 * @see RFC 7517, section 5, JWK Set Format
 */
export declare function lintJwkSet(input: unknown): Promise<readonly Finding[]>;

// keys/signer.d.ts

/**
 * The one seam for everything that signs: a key in this process, or one that is elsewhere.
 * @module
 */
import type { MaybePromise } from '../maybe-promise.ts';
import { type JwsAlgorithmName } from './algorithms.ts';
import { PublicKey } from './public-key.ts';
/** Signs with one private key, wherever that is. */
export interface Signer {
    /** Key ID for the `kid` header parameter. */
    readonly kid: string;
    /** The algorithm of every signature that it makes. */
    readonly alg: JwsAlgorithmName;
    /** The public half. */
    readonly publicKey: PublicKey;
    /** Signs the JWS Signing Input. The answer is in its JWS form: r || s for ECDSA. */
    sign(signingInput: Uint8Array): MaybePromise<Uint8Array>;
}
/** What {@link createSigner} needs: the public half, and the way to the private one. */
export interface CreateSignerOptions {
    /** The public half of the key that is elsewhere. Its `kid` becomes that of the signer. */
    readonly publicKey: PublicKey;
    /** The algorithm to sign with. Default: the key's own `alg`, else that of its type, such as ES256. */
    readonly alg?: JwsAlgorithmName;
    /**
     * Has the octets signed where the key is. The answer may be r || s or DER for ECDSA. Where only a
     * digest may go there, compute it here.
     */
    readonly sign: (signingInput: Uint8Array) => MaybePromise<Uint8Array>;
}
/**
 * Makes a {@link Signer} of a key that is elsewhere: an HSM, a key management service, an agent.
 *
 * Every signature that comes back is turned into its JWS form and verified with the public key
 * before it is used, so that a wrong key, padding or hash is found here and not by the server.
 * Does not limit the time that `sign` takes, and passes on what it throws.
 *
 * @throws {@link KeyError} `ERR_KEY_UNSUPPORTED` when the key can not sign with `alg`. `Signer.sign`
 * rejects with `ERR_KEY_WRONG_SIGNATURE`, whose message says what came back instead.
 * @example
 * ```ts
 * const signer = createSigner({ publicKey, sign: (signingInput) => hsm.sign(signingInput) })
 * const assertion = await signAssertion({}, signer, { clientId, audience })
 * ```
 */
export declare function createSigner(options: CreateSignerOptions): Signer;

// keys/thumbprint.d.ts

/**
 * JWK Thumbprints (RFC 7638).
 * @module
 */
import type { PublicJwk } from './jwk.ts';
/**
 * Computes the JWK Thumbprint with SHA-256, in base64url. Private members do not change it.
 *
 * @see RFC 7638, section 3, JSON Web Key (JWK) Thumbprint; RFC 8037, section 2, for OKP keys; RFC 9964 for AKP keys
 */
export declare function jwkThumbprint(jwk: PublicJwk): Promise<string>;

// maybe-promise.d.ts

/**
 * A value now or later: where the runtime's cryptography is synchronous, nothing waits for it.
 * @module
 */
/** A value now, where the runtime is synchronous, or later. */
export type MaybePromise<T> = T | Promise<T>;
/** Goes on with a value: at once when it is here, else when it comes. */
export declare function whenReady<T, U>(value: MaybePromise<T>, use: (value: T) => MaybePromise<U>): MaybePromise<U>;
