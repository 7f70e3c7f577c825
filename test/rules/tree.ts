import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

export const root = join(import.meta.dirname, '../..')

/** A tracked text file: `path` from the top of the repository with '/', `text` as it stands. */
export interface Source {
  path: string
  text: string
}

/** Every tracked file whose path matches, in git's order; not what a tool wrote. */
export function tracked(pattern: RegExp): Source[] {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
  return listed
    .split('\0')
    .filter((path) => pattern.test(path) && !path.includes('/generated/') && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** All the TypeScript there is, of components too. */
export const typescript = /\.(ts|svelte)$/

export function isTest(path: string): boolean {
  return /\.(test|fixture)\.ts$/.test(path) || path.startsWith('test/')
}

/** The syntax tree of a file; of a component, its script blocks with their lines kept. */
export function parse({ path, text }: Source): ts.SourceFile {
  return ts.createSourceFile(path, path.endsWith('.svelte') ? scripts(text) : text, ts.ScriptTarget.Latest, true)
}

function scripts(component: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ')
  let kept = ''
  let end = 0
  for (const block of component.matchAll(/(<script\b[^>]*>)([\s\S]*?)<\/script>/g)) {
    const begin = block.index + (block[1]?.length ?? 0)
    kept += blank(component.slice(end, begin)) + (block[2] ?? '')
    end = begin + (block[2]?.length ?? 0)
  }
  return kept + blank(component.slice(end))
}

/** Calls `visit` for every node under `node`, itself included. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** 'path:line' of a node, as editors open it. */
export function where(node: ts.Node): string {
  const file = node.getSourceFile()
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`
}

/** Every string and template of a file as one text each; what is put into a template stands as '?'. */
export function strings(file: ts.SourceFile): { node: ts.Node; text: string }[] {
  const found: { node: ts.Node; text: string }[] = []
  walk(file, (node) => {
    if (ts.isStringLiteralLike(node)) found.push({ node, text: node.text })
    if (ts.isTemplateExpression(node)) {
      const text = node.head.text + node.templateSpans.map((span) => '?' + span.literal.text).join('')
      found.push({ node, text })
    }
  })
  return found
}
