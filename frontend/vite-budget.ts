import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Bytes of JavaScript, compressed, until a view of the start stands. */
const BUDGET = 150_000
/** Each with all that it imports outright. */
const STARTS = ['src/main.ts', 'src/views/create/Create.svelte', 'src/views/gallery/Gallery.svelte', 'src/views/welcome/Welcome.svelte']

/** Fails the build in which the first screen grows beyond its budget. */
export const budget = (): Plugin => ({
  name: 'budget',
  apply: 'build',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
    const wanted = new Set(STARTS.map((start) => {
      const chunk = chunks.find((c) => c.facadeModuleId?.endsWith(start) || (c.isEntry && start === STARTS[0]))
      if (!chunk) throw new Error(`no chunk begins with ${start}`)
      return chunk.fileName
    }))
    let bytes = 0
    for (const name of wanted) {
      const chunk = chunks.find((c) => c.fileName === name)
      if (!chunk) continue
      bytes += gzipSync(chunk.code).length
      for (const needed of chunk.imports) wanted.add(needed)
    }
    this.info(`first screens: ${(bytes / 1000).toFixed(1)} kB of JavaScript, compressed; at most ${BUDGET / 1000}`)
    if (bytes > BUDGET) this.error(`the first screens take ${bytes} bytes of compressed JavaScript, more than ${BUDGET}: load more of them when they are opened`)
  },
})
