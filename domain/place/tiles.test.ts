import { expect, test } from 'vitest'
import { parseTileUrls, systemOfTiles, tileOrigins } from './tiles.ts'

const tianditu = 'https://t0.tianditu.gov.cn/vec_w/wmts?LAYER=vec&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=key'

test('several sources are drawn one over the other', () => {
  const urls = parseTileUrls(`${tianditu}  https://tiles.example/cva/{z}/{x}/{y}.png`)
  expect(urls).toEqual([tianditu, 'https://tiles.example/cva/{z}/{x}/{y}.png'])
})

test.each([
  'https://tiles.example/{z}/{x}.png',
  'https://{s}.tiles.example/{z}/{x}/{y}.png',
  'https://tiles.{x}.example/{z}/{x}/{y}.png',
  'https://tiles.example/{z}/{x}/{y}.png?tk={key}',
  'ftp://tiles.example/{z}/{x}/{y}.png',
  '/tiles/{z}/{x}/{y}.png',
  `${tianditu} not-an-address`,
])('%s is no address of tiles', (text) => {
  expect(parseTileUrls(text)).toBeNull()
})

test('a browser is let to the tiles’ origins and to nothing more', () => {
  expect(tileOrigins(null)).toEqual([])
  const urls = [tianditu, 'https://t0.tianditu.gov.cn/cva_w/{z}/{x}/{y}', 'http://10.0.0.7:8090/{z}/{x}/{y}.png']
  expect(tileOrigins({ urls, system: 'wgs84', attribution: '' })).toEqual([
    'https://t0.tianditu.gov.cn',
    'http://10.0.0.7:8090',
  ])
})

test('CGCS2000 is drawn as WGS-84, GCJ-02 as itself', () => {
  expect(systemOfTiles('cgcs2000')).toBe('wgs84')
  expect(systemOfTiles('wgs84')).toBe('wgs84')
  expect(systemOfTiles('gcj02')).toBe('gcj02')
})
