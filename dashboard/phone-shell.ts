import { phonePageOf } from '@anju/domain/phone/pages'
import type { Plugin } from 'vite'

/** What every page loads before its own scripts. */
const ALWAYS = ['/before-paint.js', '/mark.svg']

/**
 * The caregiver's pages as a document of their own: the build says in `phone-shell.json` what they need, for the worker
 * that keeps them; while developing, their addresses lead to them.
 */
export function phoneShell(): Plugin {
  return {
    name: 'anju-phone-shell',
    enforce: 'post', // when chunks that held styles alone are gone
    configureServer({ middlewares }) {
      middlewares.use((request, _response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://anju.invalid')
        if (phonePageOf(pathname) !== null) request.url = '/phone.html'
        next()
      })
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const needed = new Set<string>()
        const need = (file: string): void => {
          if (needed.has(file)) return
          needed.add(file)
          const chunk = bundle[file]
          if (chunk?.type !== 'chunk') return
          // what it fetches by itself too: a language is changed where there is no signal
          const { imports, dynamicImports, viteMetadata } = chunk
          for (const each of [...imports, ...dynamicImports, ...(viteMetadata?.importedCss ?? [])]) need(each)
        }
        for (const [file, chunk] of Object.entries(bundle)) {
          if (chunk.type === 'chunk' && chunk.facadeModuleId?.endsWith('phone.html')) need(file)
        }
        if (needed.size === 0) this.error('no entry is built from phone.html')
        for (const file of needed) if (!bundle[file]) this.error(`${file} is needed and not built`)
        const files = [...ALWAYS, ...[...needed].map((file) => `/${file}`)]
        this.emitFile({ type: 'asset', fileName: 'phone-shell.json', source: JSON.stringify({ files }) })
      },
    },
  }
}
