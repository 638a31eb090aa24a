/**
 * Where an app is.
 * @module
 */

/** Where an app is in the admin API. */
export function appPath(appId: string): string {
  return `/api/v1/apps/${encodeURIComponent(appId)}`
}
