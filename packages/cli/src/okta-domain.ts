/**
 * Knowing Okta by its name: its servers want the token endpoint as `aud`, and know `typ` as `JWT`.
 * @module
 */

const DOMAINS = ['okta.com', 'oktapreview.com', 'okta-emea.com', 'okta-gov.com', 'okta.mil']

/** Whether a URL is of an Okta domain. Custom domains of Okta organisations can't be told. */
export function isOktaDomain(url: string): boolean {
  const { hostname } = new URL(url)
  return DOMAINS.some((domain) => hostname.endsWith(`.${domain}`))
}
