/** The part of `node:fs/promises` that key files use; this package needs no other type of Node. */
declare module 'node:fs/promises' {
  export function readdir(path: string): Promise<string[]>
  export function readFile(path: string): Promise<Uint8Array>
  export function stat(path: string): Promise<{
    readonly mtimeMs: number
    readonly ctimeMs: number
    readonly size: number
    readonly ino: number
  }>
}
