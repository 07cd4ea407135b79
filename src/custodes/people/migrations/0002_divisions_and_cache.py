"""The divisions of Lhasa, and the table of the cache that counts failed sign-ins."""

from django.core.management import call_command
from django.db import migrations

#: GB/T 2260 code, Chinese name, English name, kind, parent.
STANDARD = (
    ("540000", "西藏自治区", "Tibet Autonomous Region (Xizang)", "region", None),
    ("540100", "拉萨市", "Lhasa City", "city", "540000"),
    ("540102", "城关区", "Chengguan District", "county", "540100"),
    ("540103", "堆龙德庆区", "Doilungdêqên District", "county", "540100"),
    ("540104", "达孜区", "Dagzê District", "county", "540100"),
    ("540121", "林周县", "Lhünzhub County", "county", "540100"),
    ("540122", "当雄县", "Damxung County", "county", "540100"),
    ("540123", "尼木县", "Nyêmo County", "county", "540100"),
    ("540124", "曲水县", "Qüxü County", "county", "540100"),
    ("540127", "墨竹工卡县", "Maizhokunggar County", "county", "540100"),
)
#: Functional parks (S5.2) have no code of the standard; these are this software's own.
PARKS = (
    ("P54010001", "拉萨经济技术开发区", "Lhasa Economic and Technological Development Zone", "park", "540100"),
    ("P54010002", "柳梧新区", "Liuwu New Area", "park", "540100"),
    ("P54010003", "拉萨高新技术产业开发区", "Lhasa High-tech Industrial Development Zone", "park", "540100"),
    ("P54010004", "西藏文化旅游创意园区", "Tibet Culture and Tourism Creative Park", "park", "540100"),
)


def fill(apps, schema_editor):
    Division = apps.get_model("people", "Division")
    known = {division.code: division for division in Division.objects.all()}
    for code, name_zh, name_en, kind, parent_code in (*STANDARD, *PARKS):
        if code in known:
            continue
        parent = known.get(parent_code)
        known[code] = Division.objects.create(
            code=code,
            name_zh=name_zh,
            name_en=name_en,
            kind=kind,
            is_standard=not code.startswith("P"),
            parent=parent,
            path=f"{parent.path if parent else ''}{code}/",
        )


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
