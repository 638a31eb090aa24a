/**
 * For the tests of whoever uses an authorization server: the real one in memory, with a clock that can be
 * set and faults that can be ordered.
 * @module
 */

export type { TestClock } from './clock.ts'
export type { Endpoint, FaultKind, FaultOptions, Faults } from './faults.ts'
export type { TlsFiles } from './front.ts'
export type { RecordedJwt, RecordedRequest } from './recorded-request.ts'
export type { AccessTokenOptions, TestServiceApp, TestServiceAppOptions } from './service-apps.ts'
export { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts'
