import custodes.people.numbers
import custodes.people.numbers
import custodes.people.numbers
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.core.management import call_command
from custodes.people.tables_at_once import TablesAtOnce
from django.db import migrations, models


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
    initial = True

    replaces = [
        ("people", "0001_initial"),
        ("people", "0001_squashed_0014_unit_by_name"),
        ("people", "0002_divisions_and_cache"),
        ("people", "0003_papers"),
        ("people", "0004_unit_contacts"),
        ("people", "0005_credentials"),
        ("people", "0006_unit_applications"),
        ("people", "0010_unit_mail"),
        ("people", "0011_programs"),
        ("people", "0012_program_papers_and_writes"),
        ("people", "0013_records_by_row"),
        ("people", "0014_unit_by_name"),
        ("people", "0015_work_number"),
        ("people", "0016_entrustments"),
        ("people", "0017_alone_and_units"),
        ("people", "0018_person_moves"),
    ]

    dependencies = []

    operations = [
        TablesAtOnce(
            [
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("name", models.CharField(max_length=60, verbose_name="姓名")),
                        (
                            "work_number",
                            models.CharField(
                                blank=True,
                                max_length=40,
                                validators=[custodes.people.numbers.valid_work_number],
                                verbose_name="警号或者工作证号",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "人员",
                        "verbose_name_plural": "人员",
                        "ordering": ["name", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="SignInLock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("username", models.CharField(max_length=60, unique=True)),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("first_failed_at", models.DateTimeField()),
                        ("locked_until", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Division",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=12, unique=True, verbose_name="区划代码")),
                        ("name_zh", models.CharField(max_length=60, verbose_name="中文名称")),
                        ("name_en", models.CharField(max_length=80, verbose_name="英文名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("region", "自治区"),
                                    ("city", "市"),
                                    ("county", "县（区）"),
                                    ("park", "功能园区"),
                                ],
                                max_length=10,
                                verbose_name="层级",
                            ),
                        ),
                        ("is_standard", models.BooleanField(default=True, verbose_name="国家标准代码（GB/T 2260）")),
                        ("path", models.CharField(editable=False, max_length=120, unique=True)),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="people.division",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "行政区划",
                        "verbose_name_plural": "行政区划",
                        "ordering": ["path"],
                    },
                ),
                migrations.CreateModel(
                    name="Paper",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("sha256", models.CharField(db_index=True, editable=False, max_length=64)),
                        ("size", models.PositiveBigIntegerField(editable=False)),
                        ("media_type", models.CharField(editable=False, max_length=80)),
                        ("name", models.CharField(max_length=200, verbose_name="文件名")),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "材料",
                        "ordering": ["-at"],
                    },
                ),
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        (
                            "username",
                            models.CharField(
                                max_length=60,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="用户名",
                            ),
                        ),
                        ("language", models.CharField(blank=True, max_length=10, verbose_name="界面语言")),
                        ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                        ("awaits", models.BooleanField(default=False, editable=False, verbose_name="待确认")),
                        ("must_change_password", models.BooleanField(default=False, verbose_name="下次登录须修改密码")),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="account",
                                to="people.person",
                                verbose_name="人员",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "账号",
                        "verbose_name_plural": "账号",
                    },
                ),
                migrations.CreateModel(
                    name="Post",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("duty_officer", "值班监看员"),
                                    ("duty_lead", "值班长"),
                                    ("caretaker", "系统管理人"),
                                    ("approver", "审批人"),
                                    ("agency_officer", "办案人员"),
                                    ("clerk", "备案受理员"),
                                    ("inspector", "监督检查员"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=20,
                                verbose_name="岗位",
                            ),
                        ),
                        ("valid_from", models.DateTimeField(verbose_name="生效时间")),
                        ("valid_until", models.DateTimeField(blank=True, null=True, verbose_name="失效时间")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="终止时间")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                        ("awaits", models.BooleanField(default=False, editable=False, verbose_name="待确认")),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                                verbose_name="终止人",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to="people.person",
                                verbose_name="人员",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "岗位",
                        "verbose_name_plural": "岗位",
                        "ordering": ["-valid_from", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="DutySession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("begun_at", models.DateTimeField(verbose_name="开始时间")),
                        ("ends_at", models.DateTimeField(verbose_name="最迟结束时间")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                        (
                            "end_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("hand_over", "交接班"),
                                    ("expired", "超时自动结束"),
                                    ("ended", "本人结束"),
                                    ("post_ended", "岗位终止"),
                                ],
                                max_length=12,
                                verbose_name="结束原因",
                            ),
                        ),
                        (
                            "handed_to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                                verbose_name="接班人员",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duty_sessions",
                                to="people.person",
                                verbose_name="值班人员",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duty_sessions",
                                to="people.post",
                                verbose_name="岗位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "值班",
                        "verbose_name_plural": "值班",
                        "ordering": ["-begun_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Program",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("name", models.CharField(max_length=80, verbose_name="程序名称")),
                        ("scopes", models.JSONField(default=list, verbose_name="权限")),
                        ("why", models.CharField(max_length=300, verbose_name="用途")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待批准"),
                                    ("approved", "已批准"),
                                    ("refused", "未批准"),
                                    ("ended", "已停用"),
                                ],
                                default="waiting",
                                editable=False,
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(editable=False)),
                        ("decided_at", models.DateTimeField(editable=False, null=True)),
                        ("decided_words", models.CharField(blank=True, editable=False, max_length=300)),
                        ("ended_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "division",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.division",
                                verbose_name="限于行政区划",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="programs",
                                to="people.person",
                                verbose_name="负责人（程序以其岗位办理）",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "接入程序",
                        "ordering": ["name", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ProgramKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("prefix", models.CharField(max_length=8, unique=True)),
                        ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                        ("issued_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                        ("per_minute", models.PositiveIntegerField(default=60, verbose_name="每分钟请求数")),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("last_used_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "issued_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="keys", to="people.program"
                            ),
                        ),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "密钥",
                        "ordering": ["-issued_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ProgramPaper",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(db_index=True)),
                        (
                            "paper",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.paper"
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="people.program"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "接入程序提交的材料",
                    },
                ),
                migrations.CreateModel(
                    name="ProgramWrite",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("run", models.UUIDField(default=uuid.uuid4)),
                        ("at", models.DateTimeField(db_index=True)),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("content_type", models.CharField(blank=True, max_length=80)),
                        ("headers", models.JSONField(default=dict)),
                        ("body", models.TextField(blank=True)),
                        ("about", models.CharField(blank=True, max_length=80)),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="writes", to="people.program"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "接入程序的写入",
                    },
                ),
                migrations.CreateModel(
                    name="RecordOutbox",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("type", models.CharField(max_length=40, verbose_name="类型")),
                        ("record", models.JSONField(verbose_name="记录")),
                        ("about", models.CharField(blank=True, default="", editable=False, max_length=120)),
                        ("created_at", models.DateTimeField(verbose_name="写入时间")),
                        ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="送达时间")),
                        ("index", models.BigIntegerField(blank=True, null=True, verbose_name="存证序号")),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "verbose_name": "待存证记录",
                        "verbose_name_plural": "待存证记录",
                        "ordering": ["created_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("delivered_at__isnull", True)),
                                fields=["created_at"],
                                name="people_outbox_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("about", ""), _negated=True),
                                fields=["about", "created_at"],
                                name="people_outbox_about",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Unit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("name", models.CharField(max_length=120, verbose_name="单位名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("public_security", "公安机关"),
                                    ("development_reform", "发展改革部门"),
                                    ("science", "科技部门"),
                                    ("economy_it", "经济和信息化部门"),
                                    ("finance_dept", "财政部门"),
                                    ("big_data", "大数据管理部门"),
                                    ("housing", "住房城乡建设部门"),
                                    ("labour", "人力资源和社会保障部门"),
                                    ("transport", "交通运输部门"),
                                    ("education", "教育部门"),
                                    ("natural_resources", "自然资源部门"),
                                    ("commerce", "商务部门"),
                                    ("city_management", "城市管理和综合执法部门"),
                                    ("culture", "文化部门"),
                                    ("market", "市场监督管理部门"),
                                    ("tourism", "旅游部门"),
                                    ("health", "卫生健康部门"),
                                    ("state_security", "国家安全机关"),
                                    ("other_department", "其他行政机关"),
                                    ("judicial", "检察、审判机关"),
                                    ("government", "人民政府"),
                                    ("park", "功能园区管理机构"),
                                    ("sector_post", "邮政"),
                                    ("sector_finance", "金融"),
                                    ("sector_telecom", "电信"),
                                    ("sector_power", "电力"),
                                    ("sector_other", "其他具有公共服务管理职能的单位"),
                                    ("enterprise", "企业"),
                                    ("institution", "事业单位"),
                                    ("social", "社会组织"),
                                    ("other", "其他单位"),
                                ],
                                max_length=24,
                                verbose_name="单位类别",
                            ),
                        ),
                        (
                            "uscc",
                            custodes.people.numbers.UsccField(
                                blank=True, max_length=18, verbose_name="统一社会信用代码"
                            ),
                        ),
                        ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                        ("contact", models.CharField(blank=True, max_length=60, verbose_name="联系人")),
                        (
                            "phone",
                            models.CharField(
                                blank=True,
                                max_length=30,
                                validators=[custodes.people.numbers.valid_phone],
                                verbose_name="联系电话",
                            ),
                        ),
                        ("mail", models.EmailField(blank=True, max_length=254, verbose_name="联系邮箱")),
                        ("path", models.CharField(db_index=True, editable=False, max_length=240)),
                        (
                            "division",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="units",
                                to="people.division",
                                verbose_name="所在行政区划",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="people.unit",
                                verbose_name="上级单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "单位",
                        "verbose_name_plural": "单位",
                        "ordering": ["name"],
                    },
                ),
                migrations.AddField(
                    model_name="post",
                    name="unit",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="people.unit",
                        verbose_name="任职单位",
                    ),
                ),
                migrations.AddField(
                    model_name="person",
                    name="unit",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="persons",
                        to="people.unit",
                        verbose_name="所在单位",
                    ),
                ),
                migrations.CreateModel(
                    name="Entrustment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("person", "登记人员"),
                                    ("post", "分配岗位"),
                                    ("account", "开立账号"),
                                    ("reset", "重置密码"),
                                    ("watch", "指定值守系统"),
                                    ("alone", "声明一人办理"),
                                    ("unit", "变更单位类别、隶属"),
                                    ("fewer", "调低审批人数"),
                                    ("move", "变更所在单位"),
                                ],
                                max_length=8,
                                verbose_name="事项",
                            ),
                        ),
                        ("wanted", models.JSONField(blank=True, default=dict)),
                        ("until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                        ("about", models.CharField(blank=True, max_length=300, verbose_name="内容")),
                        ("made_at", models.DateTimeField(verbose_name="提出时间")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="事由")),
                        ("second_factor", models.BooleanField(default=False, verbose_name="同时解除两步验证")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待确认"),
                                    ("confirmed", "已确认"),
                                    ("refused", "不予确认"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                        ("words", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="entrustments",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                                verbose_name="确认人",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                                verbose_name="提出人",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entrustments",
                                to="people.person",
                                verbose_name="人员",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entrustments",
                                to="people.post",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entrustments",
                                to="people.unit",
                                verbose_name="单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "授权事项",
                        "ordering": ["-made_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Credential",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("vetting", "入职审查"),
                                    ("skills", "岗位技能培训"),
                                    ("secrecy", "保密知识培训"),
                                    ("undertaking", "保密承诺书"),
                                    ("technician", "专业技术人员资格"),
                                    ("design", "设计资质"),
                                    ("construction", "施工资质"),
                                    ("inspection", "检验、验收资质"),
                                    ("maintenance", "维护资质"),
                                ],
                                max_length=16,
                                verbose_name="种类",
                            ),
                        ),
                        ("number", models.CharField(blank=True, max_length=80, verbose_name="编号")),
                        ("issuer", models.CharField(blank=True, max_length=120, verbose_name="出具单位")),
                        ("issued", models.DateField(verbose_name="出具日期")),
                        ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                        ("at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn_why", models.CharField(blank=True, max_length=200, verbose_name="撤销理由")),
                        (
                            "paper",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.paper",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credentials",
                                to="people.person",
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credentials",
                                to="people.unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "培训和资质",
                        "ordering": ["kind", "-issued", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="UnitApplication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "receipt",
                            models.CharField(editable=False, max_length=24, unique=True, verbose_name="受理编号"),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="单位名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("public_security", "公安机关"),
                                    ("development_reform", "发展改革部门"),
                                    ("science", "科技部门"),
                                    ("economy_it", "经济和信息化部门"),
                                    ("finance_dept", "财政部门"),
                                    ("big_data", "大数据管理部门"),
                                    ("housing", "住房城乡建设部门"),
                                    ("labour", "人力资源和社会保障部门"),
                                    ("transport", "交通运输部门"),
                                    ("education", "教育部门"),
                                    ("natural_resources", "自然资源部门"),
                                    ("commerce", "商务部门"),
                                    ("city_management", "城市管理和综合执法部门"),
                                    ("culture", "文化部门"),
                                    ("market", "市场监督管理部门"),
                                    ("tourism", "旅游部门"),
                                    ("health", "卫生健康部门"),
                                    ("state_security", "国家安全机关"),
                                    ("other_department", "其他行政机关"),
                                    ("judicial", "检察、审判机关"),
                                    ("government", "人民政府"),
                                    ("park", "功能园区管理机构"),
                                    ("sector_post", "邮政"),
                                    ("sector_finance", "金融"),
                                    ("sector_telecom", "电信"),
                                    ("sector_power", "电力"),
                                    ("sector_other", "其他具有公共服务管理职能的单位"),
                                    ("enterprise", "企业"),
                                    ("institution", "事业单位"),
                                    ("social", "社会组织"),
                                    ("other", "其他单位"),
                                ],
                                max_length=24,
                                verbose_name="单位类别",
                            ),
                        ),
                        ("uscc", custodes.people.numbers.UsccField(max_length=18, verbose_name="统一社会信用代码")),
                        ("address", models.CharField(max_length=200, verbose_name="地址")),
                        ("contact", models.CharField(max_length=60, verbose_name="联系人")),
                        (
                            "phone",
                            models.CharField(
                                max_length=30, validators=[custodes.people.numbers.valid_phone], verbose_name="联系电话"
                            ),
                        ),
                        ("applicant", models.CharField(max_length=60, verbose_name="经办人")),
                        ("username", models.CharField(max_length=60, verbose_name="用户名")),
                        (
                            "account_name",
                            models.CharField(blank=True, editable=False, max_length=60, verbose_name="确认的用户名"),
                        ),
                        ("password", models.CharField(blank=True, editable=False, max_length=128)),
                        ("filed_at", models.DateTimeField()),
                        ("lapses_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待核实"),
                                    ("returned", "已退回"),
                                    ("confirmed", "已确认"),
                                    ("lapsed", "逾期失效"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("words", models.CharField(blank=True, max_length=300, verbose_name="退回说明")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "division",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.division",
                                verbose_name="所在行政区划",
                            ),
                        ),
                        (
                            "filed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "letter",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.paper",
                                verbose_name="委托办理备案授权书",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="applications",
                                to="people.unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "单位登记申请",
                        "ordering": ["filed_at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="DoneAlone",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("step", models.CharField(max_length=16, verbose_name="步骤")),
                        ("object", models.CharField(max_length=60)),
                        ("object_id", models.CharField(max_length=60)),
                        ("about", models.CharField(max_length=300, verbose_name="内容")),
                        ("at", models.DateTimeField(verbose_name="办理时间")),
                        (
                            "declaration",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="done",
                                to="people.entrustment",
                                verbose_name="声明",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "一人办理",
                        "ordering": ["-at", "-pk"],
                        "indexes": [models.Index(fields=["at"], name="done_alone_at")],
                    },
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"), name="people_account_username_any_case"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dutysession",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person",),
                        name="people_duty_one_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="program",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="people_program_not_approved_by_its_asker",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="programwrite",
                    constraint=models.UniqueConstraint(fields=("program", "key"), name="people_one_write_a_key"),
                ),
                migrations.AddIndex(
                    model_name="unit",
                    index=models.Index(fields=["name"], name="unit_by_name"),
                ),
                migrations.AddConstraint(
                    model_name="unit",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("uscc", ""), _negated=True), fields=("uscc",), name="people_unit_uscc_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="unit",
                    constraint=models.UniqueConstraint(
                        fields=("division", "parent", "name"), name="people_unit_name_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="unit",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", True)),
                        fields=("division", "name"),
                        name="people_unit_name_once_at_the_top",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="post",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("kind__in", ["audit_admin", "security_admin", "system_admin"])
                        ),
                        fields=("person",),
                        name="people_post_one_administrator",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="post",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person", "unit", "kind"),
                        name="people_post_held_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="post",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="people_post_ends_after_it_begins",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="person",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("work_number", ""), _negated=True),
                        fields=("unit", "work_number"),
                        name="person_work_number_once",
                        violation_error_message="警号或者工作证号：本单位已有人员使用该号码。请核对双方的工作证件。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="entrustment",
                    index=models.Index(fields=["state", "made_at"], name="entrustment_state"),
                ),
                migrations.AddIndex(
                    model_name="entrustment",
                    index=models.Index(fields=["made_by", "made_at"], name="entrustment_made_by"),
                ),
                migrations.AddConstraint(
                    model_name="entrustment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind", "reset"), ("state", "waiting")),
                        fields=("account",),
                        name="entrustment_one_reset_waits",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entrustment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["unit", "fewer"]), ("state", "waiting")),
                        fields=("unit", "kind"),
                        name="entrustment_one_change_of_a_unit_waits",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entrustment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind", "move"), ("state", "waiting")),
                        fields=("person",),
                        name="entrustment_one_move_waits",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entrustment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["alone", "unit", "fewer"]), ("unit__isnull", False)),
                            models.Q(
                                models.Q(("kind__in", ["alone", "unit", "fewer"]), _negated=True),
                                ("unit__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="entrustment_of_a_unit_names_it",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entrustment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("made_by")), _negated=True),
                            models.Q(("state", "confirmed"), _negated=True),
                            _connector="OR",
                        ),
                        name="entrustment_confirmed_by_another",
                    ),
                ),
                migrations.AddIndex(
                    model_name="credential",
                    index=models.Index(fields=["kind", "valid_until"], name="people_credential_end"),
                ),
                migrations.AddConstraint(
                    model_name="credential",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", False), ("unit__isnull", True)),
                            models.Q(("person__isnull", True), ("unit__isnull", False)),
                            _connector="OR",
                        ),
                        name="people_credential_of_one",
                    ),
                ),
                migrations.AddIndex(
                    model_name="unitapplication",
                    index=models.Index(fields=["state", "filed_at"], name="people_application_state"),
                ),
            ]
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
