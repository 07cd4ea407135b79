"""Telling again: chains, how far each alarm's has gone, and whom an alarm has reached.

In the form that remakes no table of SQLite but the one of deliveries.
"""

import django.db.models.deletion
from django.db import migrations, models

POSTS = [('duty_officer', '值班监看员'), ('duty_lead', '值班长'), ('caretaker', '系统管理人'), ('approver', '审批人'), ('agency_officer', '办案人员'), ('inspector', '监督检查员'), ('system_admin', '系统管理员'), ('security_admin', '安全管理员'), ('audit_admin', '审计管理员')]
CHANNELS = [('page', '本系统页面'), ('mail', '电子邮件'), ('hook', '网络回调')]
STEPS = [('raised', '发出告警'), ('again', '再次出现'), ('grew', '范围扩大'), ('unsteady', '反复出现，合并为一条'), ('acknowledged', '已确认'), ('fell_back', '没有接收人，改为通知后备人员'), ('undelivered', '通知未能送达'), ('told_again', '无人确认，再次通知'), ('nobody_there', '无人确认，但下一岗位没有人'), ('cleared', '已消除')]


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_divisions_and_cache'),
        ('upkeep', '0006_camera_events'),
    ]

    operations = [
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
        migrations.CreateModel(
            name='AlarmTelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('post_kind', models.CharField(blank=True, choices=POSTS, max_length=20)),
                ('channel', models.CharField(choices=CHANNELS, max_length=4)),
                ('read_at', models.DateTimeField(null=True)),
                ('alarm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellings', to='upkeep.alarm')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('subscription', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='upkeep.alarmsubscription')),
            ],
            options={
                'ordering': ['round', 'at', 'pk'],
                'indexes': [models.Index(fields=['person', 'round', 'at'], name='upkeep_alar_person__a88f19_idx')],
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
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('division', 'severity'), name='upkeep_chain_one_at_a_time')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='alarmdelivery',
            name='upkeep_alarm_delivery_once',
        ),
        migrations.AddField(
            model_name='alarmdelivery',
            name='round',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name='alarmdelivery',
            constraint=models.UniqueConstraint(condition=models.Q(('alarm__isnull', False)), fields=('subscription', 'alarm', 'step', 'round'), name='upkeep_alarm_delivery_once'),
        ),
        migrations.AlterField(
            model_name='alarmevent',
            name='step',
            field=models.CharField(choices=STEPS, max_length=16),
        ),
    ]
