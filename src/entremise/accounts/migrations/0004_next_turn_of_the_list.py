from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_ways_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='digest_due',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(condition=models.Q(('digest_on', True), ('is_active', True)), fields=['digest_due'], name='accounts_digest_due'),
        ),
    ]
