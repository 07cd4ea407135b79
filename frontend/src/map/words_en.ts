import type { Word } from "./words_zh";

export const en: Record<Word, string> = {
  "map.nothing": "No cameras in this view, and no places that lack a system.",
  "map.inView": "In this view: cameras {cameras}, places that lack a system {gaps}.",
  "map.many": " They are many and listed by division; zoom in or add a condition to see them one by one.",
  "map.count": "cameras {count}",
  "map.countLate": "cameras {count}, filing late {late}",
  "map.gap": "No system yet",
  "map.late": "filing late",
  "map.due": "filing due",
  "map.moves": "moves, last place",
  "map.carrier": "What carries it",
  "map.onOneSpot": "{count} cameras on one spot",
  "map.state": "State",
  "map.number": "Number",
  "map.life": "State of the system",
  "map.category": "Category",
  "map.division": "Division",
  "map.unit": "Unit",
  "map.openCamera": "Open the camera",
  "map.openSite": "Open the place",
};
