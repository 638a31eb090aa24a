/**
 * The shared corpora for a page, from the server that it came from.
 * @module
 */

function get(path: string): string | undefined {
  const request = new XMLHttpRequest()
  request.open('GET', `/corpora/${path}`, false)
  request.send()
  return request.status === 200 ? request.responseText : undefined
}

/** As in `../corpora.ts`. */
export const skipWithoutCorpora: string | false =
  get('wycheproof/overrides.json') === undefined
    ? 'corpora are missing: expected them at ../shared/corpora'
    : false

/** As in `../corpora.ts`; waits for the answer, because suites read when they are described. */
export function readCorpus<T>(path: string): T {
  return JSON.parse(get(path) ?? '') as T
}
