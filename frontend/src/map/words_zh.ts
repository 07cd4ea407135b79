/** Words of the register's map: of their own, so that they come with it alone. */
export const zh = {
  "map.nothing": "本视图内没有点位，也没有应建未建的场所。",
  "map.inView": "本视图内点位 {cameras} 个，应建未建的场所 {gaps} 个。",
  "map.many": "数量较多，按行政区划列出；放大地图或者增加条件后逐个列出。",
  "map.count": "点位 {count} 个",
  "map.countLate": "点位 {count} 个，其中备案逾期 {late} 个",
  "map.gap": "应建未建",
  "map.late": "备案逾期",
  "map.due": "待备案",
  "map.moves": "移动，最后位置",
  "map.carrier": "移动采集设备类型",
  "map.onOneSpot": "同一位置的 {count} 个点位",
  "map.state": "状态",
  "map.number": "编号",
  "map.life": "系统状态",
  "map.category": "类别",
  "map.division": "行政区划",
  "map.unit": "单位",
  "map.openCamera": "打开点位",
  "map.openSite": "打开场所",
} as const;

export type Word = keyof typeof zh;
