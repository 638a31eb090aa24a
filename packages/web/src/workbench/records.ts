/**
 * What the server knows of keys and apps, and a passkey check where it wants one. Loaded as one file.
 * @module
 */

export { StepUp } from '../console/step-up.tsx'
export { lookAtAppNow, watchApp } from './app-records.ts'
export { compareNow, register, watchRegistration } from './registration.ts'
