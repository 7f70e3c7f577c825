import type { Random } from './random.ts'

export type Sex = 'female' | 'male'

/** Surnames with their share of the population in per mille, about as the 2020 census ranks them. */
const SURNAMES: readonly (readonly [string, number])[] = [
  ['王', 72], ['李', 72], ['张', 68], ['刘', 54], ['陈', 45], ['杨', 31], ['黄', 22], ['赵', 20], ['吴', 20], ['周', 19],
  ['徐', 14], ['孙', 14], ['马', 13], ['朱', 13], ['胡', 13], ['郭', 12], ['何', 12], ['林', 11], ['高', 10], ['罗', 10],
  ['郑', 9], ['梁', 9], ['谢', 8], ['宋', 7], ['唐', 7], ['许', 7], ['韩', 7], ['邓', 7], ['冯', 6], ['曹', 6], ['彭', 6],
  ['曾', 6], ['肖', 6], ['田', 5], ['董', 5], ['潘', 5], ['袁', 5], ['蔡', 5], ['蒋', 5], ['余', 5], ['杜', 4], ['叶', 4],
  ['程', 4], ['苏', 4], ['魏', 4], ['吕', 4], ['丁', 4], ['任', 4], ['沈', 4], ['姚', 4], ['卢', 4], ['钟', 3], ['谭', 3],
  ['汪', 3], ['廖', 3], ['石', 3], ['白', 2], ['邱', 3], ['江', 3], ['侯', 3], ['文', 2], ['欧阳', 1], ['上官', 0.3],
] // prettier-ignore

/** Given names as parents of those years chose them. `until`: the last year of birth they are typical of. */
const GIVEN: readonly { until: number; female: string; male: string }[] = [
  {
    until: 1945,
    female:
      '秀英 桂英 秀兰 玉兰 桂兰 素珍 淑贞 淑芬 淑华 秀珍 玉珍 桂芳 凤英 凤兰 玉英 素华 素芳 翠兰 翠英 金凤 兰英 月英 惠珍 春兰 菊香 桂香 腊梅 招弟 清秀 素清',
    male: '德明 德福 国荣 树林 永福 玉山 福生 长根 文彬 志清 世昌 光荣 忠义 清泉 有财 宝山 树清 金山 洪福 万福 学文 炳生 家兴 绍云 明德 福贵 继业 广才 兴发 树德',
  },
  {
    until: 1955,
    female:
      '秀英 桂珍 玉梅 淑珍 淑英 秀华 秀芳 桂华 玉华 玉芳 素琴 素英 凤珍 美珍 国珍 建英 翠华 金秀 兰芳 莲英 惠兰 爱珍 淑琴 玉琴 桂莲 春秀 世珍 云秀 菊英 志英',
    male: '建国 国华 建华 德华 志明 国清 国强 明华 志国 世明 光明 永康 永清 学明 文华 树华 和平 解放 援朝 新民 建中 德贵 家明 长青 长江 昌华 胜利 保国 正明 兴华',
  },
  {
    until: 1970,
    female:
      '秀芳 丽华 红英 建芳 桂芳 玉玲 美华 秀琼 小琼 建琼 红梅 春梅 丽琼 晓兰 爱华 国芳 利华 小红 琼芳 文芳 文英 永芳 跃红 卫红 素梅 晓琴 志芳 惠芳 德芳 明芳',
    male: '建军 志强 国庆 卫东 建平 红军 永红 跃进 文革 志刚 明强 小平 建明 国平 大勇 晓东 建设 援越 永强 家富 志勇 学军 国民 利民 文斌 光辉 世平 德军 正国 明富',
  },
  {
    until: 1992,
    female: '静 敏 丽 艳 芳 娟 霞 燕 玲 雪梅 晓燕 丽娟 海燕 小丽 春燕 莉 蓉 晓红 晓琳 琼 萍 红霞 小英',
    male: '勇 军 强 伟 涛 斌 超 刚 鹏 磊 波 小军 小龙 建波 志伟 海涛 晓明 永刚 小勇 洪波',
  },
  {
    until: 2020,
    female: '婷 佳 倩 玉婷 琳 欣怡 思雨 梦琪 雨桐 诗涵 可欣',
    male: '俊 杰 浩 鑫 宇 子豪 俊杰 文杰 宇轩 浩然 子涵',
  },
]

export function surname(random: Random): string {
  return random.weighed(SURNAMES)
}

/** A given name as a child born in that year may have been given. */
export function givenName(random: Random, sex: Sex, bornIn: number): string {
  const years = GIVEN.find((each) => bornIn <= each.until) ?? GIVEN.at(-1)
  return random.pick(years?.[sex].split(' ') ?? [])
}

/** A person's name, not yet in `taken`, which it joins: two demo people of one name would only confuse. */
export function newName(random: Random, sex: Sex, bornIn: number, taken: Set<string>, family?: string): string {
  for (;;) {
    const name = (family ?? surname(random)) + givenName(random, sex, bornIn)
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
}
