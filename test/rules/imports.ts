import { posix } from 'node:path'
import ts from 'typescript'
import { parse, walk, where, type Source } from './tree.ts'

export interface Import {
  at: string
  specifier: string
  typeOnly: boolean
  /** The room or package it leads to: 'domain', 'anju.ts' for the top folder, 'fastify', 'node:fs'. */
  room: string
  /** The path within the room, or within the package. */
  inside: string
}

export const rooms = ['domain', 'prisma', 'broker', 'gateway', 'api', 'dashboard', 'firmware-sim', 'test']

/** The room a file stands in; 'anju.ts' for what stands at the top. */
export function roomOf(path: string): string {
  const first = path.split('/')[0] ?? ''
  return rooms.includes(first) ? first : 'anju.ts'
}

/** Every import of a file: static, dynamic, re-exported and in types. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return
    found.push({ at: where(node), specifier: specifier.text, typeOnly, ...target(source.path, specifier.text) })
  }
  walk(parse(source), (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, importsOnlyTypes(node))
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false)
    }
  })
  return found
}

function importsOnlyTypes(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  return !clause.name && !!named && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly)
}

function target(path: string, specifier: string): { room: string; inside: string } {
  const own = /^@anju\/([^/]+)\/?(.*)$/.exec(specifier)
  if (own) return { room: own[1] ?? '', inside: own[2] ?? '' }
  if (specifier.startsWith('.')) {
    const to = posix.join(posix.dirname(path), specifier)
    const room = roomOf(to)
    return { room, inside: room === 'anju.ts' ? to : to.slice(room.length + 1).replace(/\.ts$/, '') }
  }
  const [scope = '', name = ''] = specifier.split('/')
  const packageName = specifier.startsWith('@') ? `${scope}/${name}` : scope
  return { room: packageName, inside: specifier.slice(packageName.length + 1) }
}
