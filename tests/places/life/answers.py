"""What a filing of the school says: N14's own fields."""

from __future__ import annotations

ANSWERS = {
    "unit": "城关区第一小学",
    "uscc": "12540102MB1234567X",
    "contact": "次仁",
    "phone": "0891-6320000",
    "site": "城关区第一小学",
    "address": "林廓北路 8 号",
    "division": "城关区",
    "places": "0101　校门",
    "devices": "摄像机 2 台",
    "retention": "30",
}
