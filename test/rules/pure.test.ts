import { describe, expect, it } from 'vitest'
import ts from 'typescript'
import { isTest, parse, tracked, walk, where, type Source } from './tree.ts'

/** Whatever knows the time, makes chance, or reaches outside the process. */
const outside = new Set([
  ...['process', 'console', 'globalThis', 'performance', 'crypto', 'fetch', 'require', 'WebSocket', 'XMLHttpRequest'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'localStorage', 'document', 'window'],
  ...['randomBytes', 'randomSecretKey', 'randomPrivateKey', 'randomUUID', 'getRandomValues'],
])

function impurities(source: Source): string[] {
  const found: string[] = []
  walk(parse(source), (node) => {
    const clock =
      (ts.isPropertyAccessExpression(node) && ['Date.now', 'Math.random'].includes(node.getText())) ||
      (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) ||
      (ts.isCallExpression(node) && node.expression.getText() === 'Date')
    const reach = ts.isIdentifier(node) && outside.has(node.text) && !namesAMember(node)
    if (clock || reach) found.push(`${where(node)}: ${node.getText()}`)
  })
  return found
}

/** `{ window: 10 }`, `rule.window`: a name of ours, not the global; but `utils.randomBytes` is still chance. */
function namesAMember(node: ts.Identifier): boolean {
  const { parent } = node
  if (node.text.startsWith('random') || node.text === 'getRandomValues') return false
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  return (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node
}

describe('the domain is pure', () => {
  it('no rule reads a clock, makes chance, or reaches outside', () => {
    const sources = tracked(/^domain\/.*\.ts$/).filter(({ path }) => !isTest(path))
    expect(sources.length).toBeGreaterThan(5)
    expect(sources.flatMap(impurities)).toEqual([])
  })

  it.each([
    'const t = Date.now()',
    'const t = new Date()',
    'const t = new Date',
    'const t = Date()',
    'const r = Math.random()',
    'setTimeout(() => undefined, 5)',
    'const home = process.env.HOME',
    'const key = ed25519.utils.randomSecretKey()',
    "console.log('x')",
  ])('sees that a rule must not say: %s', (text) => {
    expect(impurities({ path: 'domain/x.ts', text })).toHaveLength(1)
  })

  it.each(['const t = new Date(now.getTime() + 5)', 'const t = Date.parse(text)', 'const rule = { window: 10 }'])(
    'lets a rule say: %s',
    (text) => {
      expect(impurities({ path: 'domain/x.ts', text })).toEqual([])
    },
  )
})
