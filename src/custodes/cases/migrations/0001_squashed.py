import django.db.models.deletion
import uuid
from custodes.people.tables_at_once import TablesAtOnce
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("cases", "0001_steps_and_papers"),
    ]

    dependencies = [
        ('people', '0001_squashed'),
    ]

    operations = [
        TablesAtOnce([
        migrations.CreateModel(
            name='CasePaper',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('case_id', models.UUIDField()),
                ('sort', models.CharField(max_length=16)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.paper')),
            ],
            options={
                'ordering': ['at'],
                'indexes': [models.Index(fields=['case_id', 'at'], name='cases_paper_of_case')],
            },
        ),
        migrations.CreateModel(
            name='CaseStep',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('case_id', models.UUIDField()),
                ('about', models.UUIDField(null=True)),
                ('seq', models.PositiveIntegerField()),
                ('event', models.CharField(max_length=24)),
                ('before', models.CharField(blank=True, max_length=16)),
                ('after', models.CharField(max_length=16)),
                ('on', models.DateField(verbose_name='日期')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('clauses', models.JSONField(default=list)),
                ('extra', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('papers', models.ManyToManyField(related_name='+', to='people.paper')),
                ('record', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.recordoutbox')),
            ],
            options={
                'ordering': ['case_id', 'seq'],
                'indexes': [models.Index(fields=['about', 'at'], name='cases_step_about'), models.Index(fields=['case_id', 'seq'], name='cases_step_of_case'), models.Index(condition=models.Q(('event__in', ['accept', 'put_in_use', 'begin_trial'])), fields=['event', 'on', 'case_id'], name='cases_step_begins_term')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'case_id', 'seq'), name='cases_step_once')],
            },
        ),
        ]),
    ]
