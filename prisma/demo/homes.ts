import { fromWgs84, type LonLat } from '@anju/domain/place/position'
import type { PlannedHome } from './plan.ts'
import { buildingAt, DEMO_BUILDINGS, from, spotIn, type DemoCommunity } from './place.ts'
import type { Random } from './random.ts'

const URBAN = [
  '单元门口有一排信箱，楼梯在左手边',
  '楼下是小卖部，老板认得老人',
  '社区卫生站对面，有电梯，出电梯右转',
  '进小区左手第二栋，门口有两棵桂花树',
  '小区篮球场背后，单元门常开',
  '楼下停着一排三轮车，从车棚旁边上楼',
  '菜市场后门正对的单元',
  '幼儿园围墙外，红色防盗门',
  '公交站“渡口路”下车往回走一百米',
  '楼梯间灯坏过，带手电；左手边那户',
] as const
const VILLAGE = [
  '过石桥第二家，院门刷蓝漆',
  '村委会后面上坡，路边有口老井',
  '晒坝旁边的砖房，屋檐下挂玉米',
  '顺水泥路走到头，两层白楼',
  '竹林背后的小青瓦房，车只能停到路口',
  '村卫生室往西一百米，门口有石磨',
  '堰塘边第一家，院里有柚子树',
  '小学旧址对面，红砖围墙',
  '电杆 14 号旁边的岔路进去，第三户',
  '茶厂仓库隔壁，铁皮大门',
] as const
const ENTRY = {
  urban: [
    '',
    '',
    '敲门三下，老人走得慢',
    '钥匙在隔壁邻居处',
    '门禁 2580#，敲门后等一分钟',
    '备用钥匙在社区值班室',
    '门禁 1357#',
  ],
  village: [
    '',
    '',
    '钥匙在村民小组长处',
    '院里有狗，已拴',
    '备用钥匙在门口左边第二个花盆下',
    '请从后门进，前门不用了',
    '白天门不锁，先喊一声',
  ],
} as const

/** Where a new home stands and how it is found. `taken` holds the addresses given out so far. */
export function placeHome(
  random: Random,
  community: DemoCommunity,
  taken: Set<string>,
): Pick<PlannedHome, 'address' | 'landmark' | 'entryNote' | 'lon' | 'lat' | 'given'> {
  for (;;) {
    const { words, at } = community.kind === 'urban' ? flat(random, community) : house(random, community)
    const address = `${community.town}${community.name} ${words}`
    if (taken.has(address)) continue
    taken.add(address)
    const landmark = random.pick(community.kind === 'urban' ? URBAN : VILLAGE)
    return { address, landmark, entryNote: random.pick(ENTRY[community.kind]), ...positioned(at, random.chance(0.2)) }
  }
}

/** Position as stored, and as it was given: by a satellite receiver, or read off a map on a telephone. */
export function positioned(at: LonLat, byTelephone: boolean): Pick<PlannedHome, 'lon' | 'lat' | 'given'> {
  const system = byTelephone ? 'gcj02' : 'wgs84'
  const { lon, lat } = fromWgs84(at, system)
  return { ...at, given: { lon: sixDigits(lon), lat: sixDigits(lat), system } }
}

const sixDigits = (degrees: number): number => Math.round(degrees * 1e6) / 1e6

function flat(random: Random, community: DemoCommunity): { words: string; at: LonLat } {
  const building = random.whole(1, DEMO_BUILDINGS)
  const unit = random.whole(1, 3)
  const door = random.whole(1, 6) * 100 + random.whole(1, 2)
  return { words: `${building} 号楼 ${unit} 单元 ${door}`, at: flatAt(community, building, unit) }
}

/** Within its building, by the entrance. */
export function flatAt(community: DemoCommunity, building: number, unit: number): LonLat {
  return from(buildingAt(community, building), (unit - 2) * 0.018, 0)
}

const GROUPS = 6

function house(random: Random, community: DemoCommunity): { words: string; at: LonLat } {
  const group = random.whole(1, GROUPS)
  return { words: `${group} 组 ${random.whole(1, 46)} 号`, at: houseAt(random, community, group) }
}

/** A village's groups lie around its middle, their houses within some 180 m of each other. */
export function houseAt(random: Random, community: DemoCommunity, group: number): LonLat {
  const middle = spotIn(community, 0.42, group / GROUPS)
  const turn = random.between(0, 2 * Math.PI)
  const far = 0.18 * Math.sqrt(random.next())
  return from(middle, far * Math.cos(turn), far * Math.sin(turn))
}
