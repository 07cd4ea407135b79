import django.db.models.deletion
import uuid
from custodes.people.tables_at_once import TablesAtOnce
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("upkeep", "0001_initial"),
        ("upkeep", "0001_squashed_0020_keeping"),
        ("upkeep", "0002_shortage"),
        ("upkeep", "0003_worker_process"),
        ("upkeep", "0004_pictures"),
        ("upkeep", "0005_alarms"),
        ("upkeep", "0006_camera_events"),
        ("upkeep", "0007_escalation"),
        ("upkeep", "0008_held_alarms"),
        ("upkeep", "0009_volume_details"),
        ("upkeep", "0010_declared_views"),
        ("upkeep", "0011_failing_volume"),
        ("upkeep", "0012_places_of_views"),
        ("upkeep", "0013_clerk_post"),
        ("upkeep", "0014_date_notices"),
        ("upkeep", "0015_date_feeds"),
        ("upkeep", "0020_keeping"),
        ("upkeep", "0021_false_alarms"),
    ]

    dependencies = [
        ('people', '0001_squashed'),
        ('places', '0001_squashed'),
    ]

    operations = [
        TablesAtOnce([
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=32)),
                ('subject', models.CharField(max_length=160)),
                ('name', models.CharField(max_length=200)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, '提示'), (2, '重要'), (3, '紧急')])),
                ('state', models.CharField(choices=[('waiting', '观察中'), ('open', '未消除'), ('cleared', '已消除')], default='waiting', max_length=8)),
                ('facts', models.JSONField(default=dict)),
                ('since', models.DateTimeField()),
                ('first_seen', models.DateTimeField()),
                ('last_seen', models.DateTimeField()),
                ('gone_at', models.DateTimeField(null=True)),
                ('raised_at', models.DateTimeField(null=True)),
                ('raises', models.PositiveIntegerField(default=0)),
                ('unsteady', models.BooleanField(default=False)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_words', models.CharField(blank=True, max_length=200)),
                ('cleared_at', models.DateTimeField(null=True)),
                ('cleared_words', models.CharField(blank=True, max_length=200)),
                ('false_alarm', models.BooleanField(default=False)),
                ('still_seen', models.BooleanField(default=False)),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('cleared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('node', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='places.node')),
            ],
            options={
                'ordering': ['-severity', 'raised_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AlarmPreference',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='people.person')),
                ('sound', models.CharField(choices=[('none', '不响'), ('chime', '钟声'), ('pulse', '短促'), ('siren', '警笛')], default='none', max_length=5, verbose_name='提示音')),
                ('sound_from', models.PositiveSmallIntegerField(choices=[(1, '提示'), (2, '重要'), (3, '紧急')], default=3, verbose_name='响铃级别')),
            ],
        ),
        migrations.CreateModel(
            name='CameraStatus',
            fields=[
                ('camera', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='status', serialize=False, to='places.camera')),
                ('state', models.CharField(choices=[('recording', '录像中'), ('connecting', '连接中'), ('silent', '无数据'), ('refused', '被拒绝'), ('network', '网络中断'), ('off', '计划内不录')], max_length=16)),
                ('since', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PictureCheck',
            fields=[
                ('camera', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='picture_check', serialize=False, to='places.camera')),
                ('at', models.DateTimeField()),
                ('references', models.PositiveSmallIntegerField()),
                ('unjudged', models.JSONField(default=list)),
                ('received_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ReminderRound',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('notices', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='AlarmCamera',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('back_at', models.DateTimeField(null=True)),
                ('alarm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cameras', to='upkeep.alarm')),
                ('camera', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='places.camera')),
            ],
            options={
                'ordering': ['since', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AlarmEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('step', models.CharField(choices=[('raised', '发出告警'), ('again', '再次出现'), ('grew', '范围扩大'), ('unsteady', '反复出现，合并为一条'), ('acknowledged', '已确认'), ('fell_back', '没有接收人，改为通知后备人员'), ('undelivered', '通知未能送达'), ('false_alarm', '确认为误报'), ('told_again', '无人确认，再次通知'), ('nobody_there', '无人确认，但下一岗位没有人'), ('cleared', '已消除')], max_length=16)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('record', models.UUIDField(null=True)),
                ('told', models.BooleanField(default=True)),
                ('alarm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='upkeep.alarm')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AlarmSubscription',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('page', '本系统页面'), ('mail', '电子邮件'), ('hook', '网络回调')], max_length=4, verbose_name='方式')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='地址')),
                ('secret', models.TextField(blank=True, editable=False)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, '提示'), (2, '重要'), (3, '紧急')], default=2, verbose_name='最低级别')),
                ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='免打扰起')),
                ('quiet_to', models.TimeField(blank=True, null=True, verbose_name='免打扰止')),
                ('holds_critical', models.BooleanField(default=False, verbose_name='免打扰时段内紧急告警也不通知')),
                ('language', models.CharField(blank=True, max_length=10)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('division', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.division', verbose_name='行政区划')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post', verbose_name='岗位')),
            ],
            options={
                'verbose_name': '告警接收',
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AlarmDelivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('step', models.CharField(max_length=16)),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('given_up_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('alarm', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='upkeep.alarm')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='upkeep.alarmsubscription')),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AlarmTelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('post_kind', models.CharField(blank=True, choices=[('duty_officer', '值班监看员'), ('duty_lead', '值班长'), ('caretaker', '系统管理人'), ('approver', '审批人'), ('agency_officer', '办案人员'), ('clerk', '备案受理员'), ('inspector', '监督检查员'), ('system_admin', '系统管理员'), ('security_admin', '安全管理员'), ('audit_admin', '审计管理员')], max_length=20)),
                ('channel', models.CharField(choices=[('page', '本系统页面'), ('mail', '电子邮件'), ('hook', '网络回调')], max_length=4)),
                ('read_at', models.DateTimeField(null=True)),
                ('alarm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellings', to='upkeep.alarm')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('subscription', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='upkeep.alarmsubscription')),
            ],
            options={
                'ordering': ['round', 'at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CameraEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('tamper', '画面被遮挡、模糊或者移动'), ('motion', '画面有移动'), ('disk', '设备存储故障')], max_length=16)),
                ('since', models.DateTimeField()),
                ('last', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
                ('text', models.CharField(blank=True, max_length=100)),
                ('over', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('camera', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='places.camera')),
            ],
            options={
                'ordering': ['-since'],
            },
        ),
        migrations.CreateModel(
            name='DateFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(editable=False, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='date_feeds', to='people.person')),
            ],
            options={
                'verbose_name': '日历订阅',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='DateMail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=200, unique=True)),
                ('address', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('given_up_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.unit')),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DateNotice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=200, unique=True)),
                ('what', models.CharField(max_length=24)),
                ('subject', models.CharField(max_length=120)),
                ('day', models.DateField()),
                ('stage', models.CharField(choices=[('ahead', '将到期'), ('day', '今天到期'), ('late', '已逾期')], max_length=8)),
                ('days', models.SmallIntegerField()),
                ('supervises', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='date_notices', to='people.person')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.unit')),
            ],
            options={
                'verbose_name': '期限提醒',
                'ordering': ['-created_at', 'day'],
            },
        ),
        migrations.CreateModel(
            name='DeclaredView',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('label', models.CharField(choices=[('day', '日间'), ('night', '夜间'), ('infrared', '红外夜视'), ('snow', '积雪'), ('other', '其他')], max_length=16, verbose_name='光照条件')),
                ('preset', models.CharField(blank=True, max_length=60, verbose_name='预置位')),
                ('reason', models.CharField(max_length=200, verbose_name='声明理由')),
                ('at', models.DateTimeField(verbose_name='声明时间')),
                ('picture_at', models.DateTimeField()),
                ('place', models.CharField(blank=True, max_length=200)),
                ('field', models.CharField(blank=True, max_length=200)),
                ('home', models.CharField(blank=True, max_length=60)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='声明人')),
                ('camera', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declared_views', to='places.camera')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='EscalationChain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, '提示'), (2, '重要'), (3, '紧急')], verbose_name='级别')),
                ('steps', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.division', verbose_name='行政区划')),
            ],
            options={
                'verbose_name': '再次通知规则',
                'ordering': ['division__path', '-severity'],
            },
        ),
        migrations.CreateModel(
            name='HeldAlarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=32)),
                ('subject', models.CharField(max_length=160)),
                ('name', models.CharField(max_length=200)),
                ('first_seen', models.DateTimeField()),
                ('last_seen', models.DateTimeField()),
                ('ripe_at', models.DateTimeField(null=True)),
                ('gone_at', models.DateTimeField(null=True)),
                ('raised_at', models.DateTimeField(null=True)),
                ('camera', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='places.camera')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='held_alarms', to='places.plan')),
            ],
            options={
                'ordering': ['first_seen', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HourRollup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField()),
                ('recorded_us', models.PositiveBigIntegerField()),
                ('owed_us', models.PositiveBigIntegerField()),
                ('degraded_us', models.PositiveBigIntegerField(default=0)),
                ('bytes', models.PositiveBigIntegerField(null=True)),
                ('reasons', models.JSONField(default=dict)),
                ('roots', models.CharField(max_length=64)),
                ('worker', models.PositiveSmallIntegerField()),
                ('received_at', models.DateTimeField()),
                ('camera', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='places.camera')),
            ],
            options={
                'ordering': ['hour'],
            },
        ),
        migrations.CreateModel(
            name='KeptDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('days', models.PositiveIntegerField()),
                ('asked', models.DateTimeField()),
                ('oldest', models.DateTimeField(null=True)),
                ('begins', models.DateTimeField(null=True)),
                ('short_days', models.PositiveIntegerField(default=0)),
                ('missing', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('camera', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_days', to='places.camera')),
            ],
            options={
                'verbose_name': '留存日报',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='PictureFault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fault', models.CharField(choices=[('black', '黑屏'), ('white', '过曝'), ('frozen', '画面冻结'), ('noise', '噪声'), ('blurred', '模糊'), ('colour_cast', '偏色'), ('moved', '视角偏移'), ('covered', '遮挡')], max_length=16)),
                ('state', models.CharField(choices=[('suspected', '疑似'), ('faulty', '异常'), ('over', '已恢复')], max_length=16)),
                ('measure', models.FloatField()),
                ('threshold', models.FloatField()),
                ('unit', models.CharField(max_length=40)),
                ('severe', models.BooleanField()),
                ('first_seen', models.DateTimeField()),
                ('last_seen', models.DateTimeField()),
                ('reference', models.CharField(blank=True, max_length=64)),
                ('details', models.JSONField(default=dict)),
                ('camera', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='picture_faults', to='places.camera')),
            ],
            options={
                'ordering': ['-first_seen'],
            },
        ),
        migrations.CreateModel(
            name='VolumeStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worker', models.PositiveSmallIntegerField()),
                ('path_name', models.CharField(max_length=200)),
                ('path', models.CharField(blank=True, max_length=400)),
                ('identity', models.CharField(blank=True, max_length=36)),
                ('stands', models.CharField(blank=True, choices=[('recording', '录像中'), ('full', '已写满'), ('draining', '停止写入'), ('retired', '已停用'), ('missing', '缺失'), ('wrong', '不是原来的卷'), ('replaced', '已更换'), ('unused', '未配置')], max_length=16)),
                ('bytes_protected', models.PositiveBigIntegerField(null=True)),
                ('bytes_held', models.PositiveBigIntegerField(null=True)),
                ('bytes_used', models.PositiveBigIntegerField()),
                ('bytes_free', models.PositiveBigIntegerField()),
                ('rate_bytes_per_s', models.FloatField()),
                ('days_left', models.FloatField(null=True)),
                ('days_held', models.FloatField(null=True)),
                ('oldest', models.DateTimeField(null=True)),
                ('state', models.CharField(default='ok', max_length=40)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failing_with', models.CharField(blank=True, max_length=200)),
                ('turned_away', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='volumes', to='places.node')),
            ],
            options={
                'ordering': ['node', 'path_name', 'worker'],
            },
        ),
        migrations.CreateModel(
            name='WorkerStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worker', models.PositiveSmallIntegerField()),
                ('clock_synchronised', models.BooleanField()),
                ('clock_offset_us', models.BigIntegerField(null=True)),
                ('shortage', models.JSONField(default=dict)),
                ('volume_places', models.JSONField(default=dict)),
                ('started_at', models.DateTimeField(null=True)),
                ('restarts', models.PositiveIntegerField(default=0)),
                ('version', models.CharField(blank=True, max_length=40)),
                ('views', models.PositiveIntegerField(default=0)),
                ('lateness_ms', models.PositiveIntegerField(default=0)),
                ('backlog_bytes', models.PositiveBigIntegerField(default=0)),
                ('disk_ms', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='worker_states', to='places.node')),
            ],
            options={
                'ordering': ['node', 'worker'],
            },
        ),
        migrations.CreateModel(
            name='AlarmEscalation',
            fields=[
                ('alarm', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='escalation', serialize=False, to='upkeep.alarm')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('rounds', models.PositiveSmallIntegerField(default=0)),
                ('counted_from', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['next_at'], name='upkeep_alar_next_at_939793_idx')],
            },
        ),
        migrations.AddIndex(
            model_name='alarm',
            index=models.Index(fields=['state', '-severity'], name='upkeep_alar_state_61177d_idx'),
        ),
        migrations.AddIndex(
            model_name='alarm',
            index=models.Index(fields=['kind', 'subject'], name='upkeep_alar_kind_c817a4_idx'),
        ),
        migrations.AddIndex(
            model_name='alarm',
            index=models.Index(fields=['-raised_at'], name='upkeep_alar_raised__9967aa_idx'),
        ),
        migrations.AddIndex(
            model_name='alarm',
            index=models.Index(condition=models.Q(('still_seen', True)), fields=['kind'], name='upkeep_alarm_still_seen'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'cleared'), _negated=True), fields=('kind', 'subject'), name='upkeep_alarm_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='alarmcamera',
            constraint=models.UniqueConstraint(fields=('alarm', 'camera'), name='upkeep_alarm_camera_once'),
        ),
        migrations.AddIndex(
            model_name='alarmevent',
            index=models.Index(fields=['at'], name='upkeep_alar_at_b06bd0_idx'),
        ),
        migrations.AddIndex(
            model_name='alarmevent',
            index=models.Index(condition=models.Q(('told', False)), fields=['id'], name='upkeep_alarm_event_untold'),
        ),
        migrations.AddIndex(
            model_name='alarmsubscription',
            index=models.Index(fields=['ended_at'], name='upkeep_alar_ended_a_134b22_idx'),
        ),
        migrations.AddIndex(
            model_name='alarmdelivery',
            index=models.Index(condition=models.Q(('delivered_at__isnull', True), ('given_up_at__isnull', True)), fields=['due_at'], name='upkeep_alarm_delivery_due'),
        ),
        migrations.AddIndex(
            model_name='alarmdelivery',
            index=models.Index(fields=['given_up_at'], name='upkeep_alar_given_u_5ca197_idx'),
        ),
        migrations.AddConstraint(
            model_name='alarmdelivery',
            constraint=models.UniqueConstraint(condition=models.Q(('alarm__isnull', False)), fields=('subscription', 'alarm', 'step', 'round'), name='upkeep_alarm_delivery_once'),
        ),
        migrations.AddIndex(
            model_name='alarmtelling',
            index=models.Index(fields=['person', 'round', 'at'], name='upkeep_alar_person__a88f19_idx'),
        ),
        migrations.AddIndex(
            model_name='cameraevent',
            index=models.Index(fields=['at'], name='upkeep_came_at_f8d5be_idx'),
        ),
        migrations.AddConstraint(
            model_name='cameraevent',
            constraint=models.UniqueConstraint(fields=('camera', 'kind', 'since'), name='upkeep_event_once'),
        ),
        migrations.AddConstraint(
            model_name='datefeed',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('person',), name='upkeep_one_open_feed_a_person'),
        ),
        migrations.AddIndex(
            model_name='datemail',
            index=models.Index(condition=models.Q(('delivered_at__isnull', True), ('given_up_at__isnull', True)), fields=['due_at'], name='upkeep_date_mail_due'),
        ),
        migrations.AddIndex(
            model_name='datenotice',
            index=models.Index(fields=['person', 'seen_at'], name='upkeep_date_notice_unseen'),
        ),
        migrations.AddConstraint(
            model_name='declaredview',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('camera', 'preset', 'label'), name='upkeep_view_in_force_once'),
        ),
        migrations.AddConstraint(
            model_name='escalationchain',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('division', 'severity'), name='upkeep_chain_one_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='heldalarm',
            index=models.Index(fields=['-last_seen'], name='upkeep_held_last_se_6c590c_idx'),
        ),
        migrations.AddConstraint(
            model_name='heldalarm',
            constraint=models.UniqueConstraint(fields=('plan', 'kind', 'subject'), name='upkeep_held_once_a_plan'),
        ),
        migrations.AddIndex(
            model_name='hourrollup',
            index=models.Index(fields=['hour'], name='upkeep_hour_hour_9fe832_idx'),
        ),
        migrations.AddConstraint(
            model_name='hourrollup',
            constraint=models.UniqueConstraint(fields=('camera', 'hour'), name='upkeep_hour_once'),
        ),
        migrations.AddIndex(
            model_name='keptday',
            index=models.Index(fields=['day'], name='upkeep_kept_day'),
        ),
        migrations.AddIndex(
            model_name='keptday',
            index=models.Index(condition=models.Q(('short_days__gt', 0)), fields=['camera', '-day'], name='upkeep_kept_short'),
        ),
        migrations.AddConstraint(
            model_name='keptday',
            constraint=models.UniqueConstraint(fields=('camera', 'day'), name='upkeep_kept_once_a_day'),
        ),
        migrations.AddIndex(
            model_name='picturefault',
            index=models.Index(fields=['state', 'last_seen'], name='upkeep_pict_state_d61d19_idx'),
        ),
        migrations.AddConstraint(
            model_name='picturefault',
            constraint=models.UniqueConstraint(fields=('camera', 'fault'), name='upkeep_picture_fault_once'),
        ),
        migrations.AddConstraint(
            model_name='volumestatus',
            constraint=models.UniqueConstraint(fields=('node', 'worker', 'path_name', 'path', 'identity'), name='upkeep_volume_once'),
        ),
        migrations.AddConstraint(
            model_name='workerstatus',
            constraint=models.UniqueConstraint(fields=('node', 'worker'), name='upkeep_worker_once'),
        ),
        ]),
    ]
