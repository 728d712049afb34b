"""What gunicorn serves: ``gunicorn -k gevent wsgi:app``. Settings come from the environment."""

from hotline import settings
from hotline.office import Office
from web.app import create_app

app = create_app(Office.open(settings.load()))
