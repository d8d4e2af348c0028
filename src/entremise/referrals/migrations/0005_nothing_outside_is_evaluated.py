from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0004_second_names_wait'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='outside',
            name='outside_to_evaluate',
        ),
    ]
