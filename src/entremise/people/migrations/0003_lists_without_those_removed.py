from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_profiles_and_removed_contacts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='contact',
            name='people_contact_by_name',
        ),
        migrations.RemoveIndex(
            model_name='contact',
            name='people_contact_by_change',
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['owner', 'removed_at', 'sort_key', 'id'], name='people_contact_in_order'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['owner', 'removed_at', '-updated_at', '-id'], name='people_contact_lately'),
        ),
    ]
