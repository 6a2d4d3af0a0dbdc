"""Names of Regions, cities and geolocation codes."""

from __future__ import annotations

from kumo.route53.model.selection import DEFAULT

REGIONS = {
    "ap-northeast-1": "東京",
    "ap-southeast-1": "シンガポール",
    "ap-southeast-2": "シドニー",
    "ap-south-1": "ムンバイ",
    "eu-central-1": "フランクフルト",
    "eu-west-1": "アイルランド",
    "af-south-1": "ケープタウン",
    "us-east-1": "バージニア北部",
    "us-west-2": "オレゴン",
    "sa-east-1": "サンパウロ",
}

CLIENTS = {
    "fukuoka": "福岡",
    "manila": "マニラ",
    "delhi": "デリー",
    "perth": "パース",
    "madrid": "マドリード",
    "warsaw": "ワルシャワ",
    "nairobi": "ナイロビ",
    "honolulu": "ホノルル",
    "chicago": "シカゴ",
    "buenos-aires": "ブエノスアイレス",
}

CONTINENTS = {
    "AF": "アフリカ",
    "AN": "南極",
    "AS": "アジア",
    "EU": "ヨーロッパ",
    "NA": "北米",
    "OC": "オセアニア",
    "SA": "南米",
}

COUNTRIES = {
    "JP": "日本",
    "PH": "フィリピン",
    "IN": "インド",
    "AU": "オーストラリア",
    "ES": "スペイン",
    "PL": "ポーランド",
    "KE": "ケニア",
    "US": "米国",
    "AR": "アルゼンチン",
    DEFAULT: "既定(*)",
}


def place(kind: str, code: str) -> str:
    """Return the name of a place of a geolocation record; a country without a name here by its code."""
    return CONTINENTS[code] if kind == "continent" else COUNTRIES.get(code, code)
