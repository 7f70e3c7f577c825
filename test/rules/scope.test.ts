import { describe, expect, it } from 'vitest'
import ts from 'typescript'
import { isTest, parse, tracked, where, type Source } from './tree.ts'

interface Read {
  at: string
  name: string
  takesScope: boolean
}

/** The exported functions of a file, written either way. */
function exportedFunctions(source: Source): Read[] {
  const found: Read[] = []
  const add = (node: ts.Node, name: string, parameters: readonly ts.ParameterDeclaration[]): void => {
    const [first] = parameters
    const takesScope = first?.name.getText() === 'scope' && first.type?.getText() === 'Scope'
    found.push({ at: where(node), name, takesScope })
  }
  for (const node of parse(source).statements) {
    if (
      !ts.canHaveModifiers(node) ||
      !ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    ) {
      continue
    }
    if (ts.isFunctionDeclaration(node)) add(node, node.name?.text ?? 'default', node.parameters)
    if (ts.isVariableStatement(node)) {
      for (const { name, initializer } of node.declarationList.declarations) {
        if (initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))) {
          add(node, name.getText(), initializer.parameters)
        }
      }
    }
  }
  return found
}

/** Reads of a file that may forget whose eyes they are for. A read.ts holds nothing but reads. */
function unscoped(source: Source): string[] {
  const reads = exportedFunctions(source).filter(
    ({ name }) => source.path.endsWith('/read.ts') || /^read[A-Z]/.test(name),
  )
  return reads.filter(({ takesScope }) => !takesScope).map(({ at, name }) => `${at}: ${name}`)
}

describe('need to know (promise 10)', () => {
  const sources = tracked(/^api\/.*\.ts$/).filter(({ path }) => !isTest(path))

  it('every read of the API takes the scope first', () => {
    expect(sources.filter(({ path }) => path.endsWith('/read.ts')).length).toBeGreaterThan(2)
    expect(sources.flatMap(unscoped)).toEqual([])
  })

  it.each([
    ['api/alarm/read.ts', 'export async function readAlarm(id: string) {}'],
    ['api/alarm/read.ts', 'export const alarms = (db: Db, scope: Scope) => []'],
    ['api/alarm/route.ts', 'export function readAlarm(scope: unknown) {}'],
  ])('sees in %s that this one forgot: %s', (path, text) => {
    expect(unscoped({ path, text })).toHaveLength(1)
  })

  it('lets a read pass that takes it', () => {
    const text = 'export const readAlarm = async (scope: Scope, db: Db) => db'
    expect(unscoped({ path: 'api/alarm/read.ts', text })).toEqual([])
  })
})
