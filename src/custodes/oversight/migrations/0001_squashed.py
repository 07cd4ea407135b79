import django.db.models.deletion
from custodes.people.tables_at_once import TablesAtOnce
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("oversight", "0001_initial"),
    ]

    dependencies = [
        ('people', '0001_squashed'),
    ]

    operations = [
        TablesAtOnce([
        migrations.CreateModel(
            name='EntryRow',
            fields=[
                ('index', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('type', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('person', models.UUIDField(null=True)),
                ('camera', models.UUIDField(null=True)),
            ],
            options={
                'ordering': ['-index'],
                'indexes': [models.Index(fields=['type', '-index'], name='oversight_e_type_157419_idx'), models.Index(fields=['person', '-index'], name='oversight_e_person_1bfa57_idx'), models.Index(fields=['camera', '-index'], name='oversight_e_camera_879327_idx')],
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('ok', models.BooleanField(null=True)),
                ('report', models.JSONField(default=dict)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'ordering': ['-begun_at'],
            },
        ),
        ]),
    ]
