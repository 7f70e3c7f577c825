import { describe, expect, test } from 'vitest'
import { byCode, COUNTY_ANNEX, inForce, namesGoods, PAYABLE_AS_VISIT } from './catalogue.ts'

describe('the county’s annex 2 (P4)', () => {
  test('has its numbers, without the two that the source lacks', () => {
    const numbers = Array.from({ length: 18 }, (_, i) => String(i + 1)).filter((code) => !['7', '10'].includes(code))
    expect(COUNTY_ANNEX.map(({ code }) => code)).toEqual(numbers)
  })
  test('has conditions for rehabilitation and bathing, and bars photos where they would shame', () => {
    expect(COUNTY_ANNEX.filter(({ conditions }) => conditions.length > 0).map(({ code }) => code)).toEqual(['9', '12'])
    expect(COUNTY_ANNEX.filter(({ photos }) => !photos).map(({ code }) => code)).toEqual(['2', '12'])
  })
  test('says no unit, price, minutes or certificate: none is invented', () => {
    const said = new Set(COUNTY_ANNEX.flatMap((entry) => Object.keys(entry)))
    expect([...said].toSorted()).toEqual(['category', 'code', 'conditions', 'name', 'note', 'photos'])
  })
})

test('the nearest area’s service holds, and they stand by number', () => {
  const of = (code: string, areaPath: string) => ({ code, areaPath })
  const services = [of('11', '/c/'), of('2', '/c/'), of('2', '/c/t/'), of('11a', '/c/t/')]
  expect(inForce(services)).toEqual([of('2', '/c/t/'), of('11', '/c/'), of('11a', '/c/t/')])
  expect(inForce(services.toReversed())).toEqual(inForce(services))
  expect(['10', '9', '1b', '1a'].toSorted(byCode)).toEqual(['1a', '1b', '9', '10'])
})

test('goods and vouchers are no service, and a group session is never payable as a home visit (P7)', () => {
  expect(['理发券', '购物卡', '发放洗衣物资', 'Haircut voucher'].filter(namesGoods)).toHaveLength(4)
  expect(COUNTY_ANNEX.filter(({ name }) => namesGoods(name))).toEqual([])
  expect(Object.entries(PAYABLE_AS_VISIT).filter(([, payable]) => payable)).toEqual([['home-visit', true]])
})
