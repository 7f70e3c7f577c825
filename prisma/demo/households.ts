import type { DeviceKind } from '@anju/domain/device/kinds'
import type { DemoCommunityName } from './place.ts'
import type { PlannedElder, PlannedHome } from './plan.ts'

/** A device of a demo household; `through`: spoken for by the household's hub, `http`: a 4G meter without MQTT. */
export type DemoDevice = { kind: DeviceKind; label: string; way: 'mqtt' | 'http' | 'through' }

type Person = Pick<
  PlannedElder,
  'name' | 'sex' | 'bornOn' | 'phone' | 'dialect' | 'hearing' | 'conditions' | 'allergies' | 'contacts'
>

export type DemoHousehold = {
  community: DemoCommunityName
  elder: Person & Pick<PlannedHome, 'address' | 'landmark' | 'entryNote'>
  /** Lives in the same home. */
  partner?: Omit<Person, 'contacts'>
  /** A hub comes before what it speaks for. */
  devices: DemoDevice[]
}

/** Invented people. Telephone numbers are of a range that is never given out. */
export const demoHouseholds: readonly DemoHousehold[] = [
  {
    community: '荷花社区',
    elder: {
      name: '陈秀兰',
      sex: 'female',
      bornOn: '1941-03-12',
      phone: '19900000101',
      dialect: '四川话',
      hearing: '右耳较好，请慢说',
      conditions: '高血压、髋关节置换术后',
      allergies: '青霉素',
      address: '临河镇荷花社区 3 号楼 2 单元 101',
      landmark: '进小区左手第一栋，楼下有一棵大黄葛树',
      entryNote: '钥匙在楼上 201 刘阿姨处，门禁 3391#',
      contacts: [
        { name: '陈建国', relation: '儿子', phone: '19900000111' },
        { name: '刘玉梅', relation: '邻居', phone: '19900000112' },
      ],
    },
    devices: [
      { kind: 'button', label: '床头', way: 'mqtt' },
      { kind: 'bp-meter', label: '客厅', way: 'mqtt' },
    ],
  },
  {
    community: '荷花社区',
    elder: {
      name: '周德明',
      sex: 'male',
      bornOn: '1938-11-02',
      phone: '19900000201',
      dialect: '普通话',
      hearing: '戴助听器',
      conditions: '2 型糖尿病',
      allergies: '',
      address: '临河镇荷花社区 7 号楼 1 单元 502',
      landmark: '社区卫生站对面，有电梯，出电梯右转',
      entryNote: '敲门三下，老人走得慢',
      contacts: [{ name: '周晓红', relation: '女儿', phone: '19900000211' }],
    },
    partner: {
      name: '何淑芬',
      sex: 'female',
      bornOn: '1940-06-25',
      phone: '19900000202',
      dialect: '普通话',
      hearing: '正常',
      conditions: '白内障',
      allergies: '海鲜',
    },
    devices: [
      { kind: 'hub', label: '客厅网关', way: 'mqtt' },
      { kind: 'button', label: '卫生间', way: 'through' },
      { kind: 'bp-meter', label: '餐桌', way: 'through' },
    ],
  },
  {
    community: '柳树村',
    elder: {
      name: '杨桂英',
      sex: 'female',
      bornOn: '1945-08-30',
      phone: '19900000301',
      dialect: '四川话',
      hearing: '正常',
      conditions: '慢性支气管炎',
      allergies: '',
      address: '临河镇柳树村 4 组 18 号',
      landmark: '过石桥第二家，院门刷蓝漆',
      entryNote: '院里有狗，已拴',
      contacts: [{ name: '杨勇', relation: '侄子', phone: '19900000311' }],
    },
    devices: [
      { kind: 'button', label: '随身', way: 'mqtt' },
      { kind: 'bp-meter', label: '堂屋', way: 'http' },
    ],
  },
]
