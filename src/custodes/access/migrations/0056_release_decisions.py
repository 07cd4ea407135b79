import datetime

import django.db.models.deletion
from django.db import migrations, models

_WAITING = ('proposed', 'returned', 'assessed', 'masked', 'reviewed', 'approved')


def wait_from_the_last_step(apps, schema_editor):
    """Releases from before wait for a week from the day of the step that brought them where they are."""
    Release, Step = apps.get_model('access', 'Release'), apps.get_model('access', 'ReleaseStep')
    for release in Release.objects.filter(state__in=_WAITING):
        moved = Step.objects.filter(release=release, after=release.state).exclude(before=release.state)
        step = moved.order_by('revision').last()
        if step is not None:
            Release.objects.filter(pk=release.pk).update(due=step.on + datetime.timedelta(days=7))


def keep_who_decided(apps, schema_editor):
    """Of tracks from before, the one decision that is still known: else whoever made it might approve once another changed it."""
    Track, Step = apps.get_model('access', 'ReleaseTrack'), apps.get_model('access', 'ReleaseStep')
    Decision = apps.get_model('access', 'ReleaseDecision')
    for track in Track.objects.filter(by__isnull=False).defer('frames'):
        step = Step.objects.filter(release=track.release_id).order_by('revision').last()
        said = {name: getattr(track, name) for name in ('kind', 'state', 'whole_body', 'acquaintance', 'remark')}
        if step is not None:
            Decision.objects.create(track=track, by_id=track.by_id, at=step.at, **said)


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0054_looks_mended'),
        ('people', '0014_unit_by_name'),
    ]

    operations = [
        migrations.AddField(
            model_name='release',
            name='due',
            field=models.DateField(editable=False, null=True, verbose_name='下一步办理期限'),
        ),
        migrations.CreateModel(
            name='ReleaseDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=8)),
                ('state', models.CharField(max_length=8)),
                ('whole_body', models.BooleanField(default=False)),
                ('acquaintance', models.CharField(max_length=8)),
                ('remark', models.TextField(blank=True, max_length=2000)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('track', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='access.releasetrack')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.RunPython(wait_from_the_last_step, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(keep_who_decided, migrations.RunPython.noop, elidable=True),
    ]
