from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0006_unit_applications"),
    ]

    operations = [
        migrations.AddField(
            model_name='unit',
            name='mail',
            field=models.EmailField(blank=True, max_length=254, verbose_name='联系邮箱'),
        ),
    ]
