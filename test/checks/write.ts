import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { documentOf } from './document.ts'
import { measure, SEEDS } from './measure.ts'

// Measures what the rules see in made-up months, and writes docs/visit-checks.md.
const file = path.join(import.meta.dirname, '../../docs/visit-checks.md')
const options = (await resolveConfig(file)) ?? {}
await writeFile(file, await format(documentOf(measure(SEEDS)), { ...options, filepath: file }))
