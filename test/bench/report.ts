import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { root } from './child.ts'
import { type Figure, holds, middle, shown, targetWords, type Part } from './figure.ts'

const verdict = (figure: Figure): string => ({ true: 'held', false: 'MISSED', undefined: '' })[`${holds(figure)}`] ?? ''

const spread = ({ runs, unit }: Figure): string =>
  runs.length < 2 ? '1' : `${runs.length}: ${shown(Math.min(...runs), unit)} – ${shown(Math.max(...runs), unit)}`

/** A part's figures as lines for a terminal. */
export function table({ title, figures, words }: Part): string {
  const rows = figures.map((figure) => [
    figure.what,
    shown(middle(figure.runs), figure.unit),
    targetWords(figure),
    verdict(figure),
    spread(figure),
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  '),
  )
  return [
    `\n${title}`,
    ...lines.map((line) => `  ${line.trimEnd()}`),
    ...(words === undefined ? [] : ['', words]),
  ].join('\n')
}

/** `docs/benchmarks.md` anew, from one run. */
export async function writeDocument(parts: readonly Part[], machine: readonly string[], now: Date): Promise<void> {
  const missed = parts.flatMap(({ figures }) => figures.filter((figure) => holds(figure) === false))
  const text = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`, from one run; nobody edits it. Numbers are medians of the repeats, whose count and range stand beside them. On another machine read the ratios: peers and Anju were measured in turn, by the same load generator, in the same run.',
    '',
    `Measured on ${now.toISOString().slice(0, 10)}:`,
    '',
    ...machine.map((line) => `- ${line}`),
    '',
    missed.length === 0 ? 'Every target was held.' : '**Targets missed in this run:**',
    ...(missed.length === 0
      ? []
      : [
          '',
          ...missed.map(
            (each) => `- ${each.what}: ${shown(middle(each.runs), each.unit)}, target ${targetWords(each)}`,
          ),
        ]),
    ...parts.flatMap((part) => [
      '',
      `## ${part.title}`,
      '',
      '| | median | target | | n: range |',
      '|---|--:|--:|---|---|',
      ...part.figures.map(
        (each) =>
          `| ${each.what} | ${shown(middle(each.runs), each.unit)} | ${targetWords(each)} | ${verdict(each)} | ${spread(each)} |`,
      ),
      ...part.figures.filter(({ note }) => note !== undefined).flatMap(({ what, note }) => ['', `${what}: ${note}`]),
      ...(part.words === undefined ? [] : ['', part.words]),
    ]),
    '',
  ]
  await writeFile(path.join(root, 'docs/benchmarks.md'), text.join('\n'))
}
